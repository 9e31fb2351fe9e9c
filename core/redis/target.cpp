#include "core/redis/target.h"

#include <Poco/Exception.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <charconv>
#include <utility>

#include <zanhu/errors.h>

namespace zanhu::redis {

namespace {

constexpr std::uint16_t k_redis_port = 6379;
constexpr std::uint16_t k_sentinel_port = 26379;
constexpr unsigned k_max_database = 65535;

// The text itself is never in the message: it may hold a password, also where it is malformed.
[[noreturn]] void refuse(const std::string& problem) {
    throw ConfigError(
        problem +
        "; write redis://[:PASSWORD@]HOST:PORT/DATABASE, rediss://..., unix:///PATH?db=DATABASE "
        "or sentinel://HOST:PORT;HOST:PORT/MASTER/DATABASE");
}

std::string decoded(std::string_view text) {
    std::string result;
    try {
        Poco::URI::decode(std::string(text), result);
    } catch (const Poco::URISyntaxException&) {
        refuse("it has a broken % escape (write %25 for a percent sign)");
    }
    return result;
}

Credentials parse_credentials(std::string_view text) {
    Credentials credentials;
    const std::size_t colon = text.find(':');
    // redis-py: a user alone is a user without a password, which no Redis takes.
    if (colon == std::string_view::npos) refuse("it has a user without a password");
    credentials.user = decoded(text.substr(0, colon));
    credentials.password = decoded(text.substr(colon + 1));
    return credentials;
}

HostPort parse_host(std::string_view text, std::uint16_t default_port) {
    HostPort place;
    place.port = default_port;
    std::size_t colon = text.rfind(':');
    if (const std::size_t bracket = text.rfind(']'); bracket != std::string_view::npos) {
        if (!text.starts_with('[')) refuse("its host is malformed");
        place.host = std::string(text.substr(1, bracket - 1));
        if (colon < bracket) colon = std::string_view::npos;
        if (colon == std::string_view::npos ? bracket + 1 != text.size() : colon != bracket + 1)
            refuse("its host is malformed");
    } else {
        place.host = decoded(text.substr(0, colon));
        if (place.host.find(':') != std::string::npos)
            refuse("its host is an IPv6 address without brackets (write [::1]:6379)");
    }
    if (place.host.empty()) refuse("it names no host");
    if (colon == std::string_view::npos) return place;
    const std::string_view digits = text.substr(colon + 1);
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, place.port);
    if (error != std::errc() || stop != end || place.port == 0)
        refuse("its port is not a number from 1 to 65535");
    return place;
}

std::pair<std::string_view, std::string_view> split(std::string_view text, char at) {
    const std::size_t place = text.find(at);
    if (place == std::string_view::npos) return {text, {}};
    return {text.substr(0, place), text.substr(place + 1)};
}

}  // namespace

Target Target::parse(std::string_view text) {
    Target target;
    const std::size_t scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos) {
        if (text.find('/') != std::string_view::npos || text.find('@') != std::string_view::npos)
            refuse("it has no scheme");
        target.hosts_.push_back(parse_host(text, k_redis_port));
        return target;
    }
    const std::string_view scheme = text.substr(0, scheme_end);
    target.sentinel_ = scheme == "sentinel";
    target.tls_ = scheme == "rediss";
    const bool is_unix = scheme == "unix";
    if (scheme != "redis" && !target.tls_ && !is_unix && !target.sentinel_) refuse("its scheme is unknown");
    const auto [place, query] = split(text.substr(scheme_end + 3), '?');
    // A password may hold a slash that nobody escaped; the last @ ends it.
    const std::size_t at = place.rfind('@');
    if (at != std::string_view::npos) target.credentials_ = parse_credentials(place.substr(0, at));
    const std::string_view rest = at == std::string_view::npos ? place : place.substr(at + 1);
    if (is_unix) {
        target.unix_path_ = decoded(rest);
        if (!target.unix_path_.starts_with('/')) refuse("its path is not absolute");
    } else {
        const std::size_t slash = rest.find('/');
        target.parse_authority(rest.substr(0, slash));
        if (slash != std::string_view::npos) target.parse_path(rest.substr(slash + 1));
    }
    if (!query.empty()) target.parse_query(query);
    if (target.sentinel_ && target.master_.empty()) refuse("it names no master");
    return target;
}

void Target::parse_authority(std::string_view authority) {
    if (!sentinel_) {
        hosts_.push_back(parse_host(authority, k_redis_port));
        return;
    }
    for (std::string_view left = authority; !left.empty();) {
        const auto [host, more] = split(left, ';');
        hosts_.push_back(parse_host(host, k_sentinel_port));
        left = more;
    }
    if (hosts_.empty()) refuse("it names no Sentinel");
}

void Target::parse_path(std::string_view path) {
    if (sentinel_) {
        const auto [master, database] = split(path, '/');
        master_ = decoded(master);
        path = database;
    }
    while (path.ends_with('/'))
        path.remove_suffix(1);
    if (!path.empty()) take_database(decoded(path));
}

void Target::parse_query(std::string_view query) {
    if (query.find('@') != std::string_view::npos)
        refuse("it has an `@` behind its `?` (write %3F for the one in a password, %40 for the other)");
    for (std::string_view left = query; !left.empty();) {
        const auto [pair, more] = split(left, '&');
        const auto [name, value] = split(pair, '=');
        left = more;
        if (name == "db") {
            take_database(decoded(value));
        } else if (name == "username") {
            credentials_.user = decoded(value);
        } else if (name == "password") {
            credentials_.password = decoded(value);
        } else if (sentinel_ && name == "sentinel_username") {
            sentinel_credentials_.user = decoded(value);
        } else if (sentinel_ && name == "sentinel_password") {
            sentinel_credentials_.password = decoded(value);
        } else if (!tls_ || !take_tls_option(name, decoded(value))) {
            refuse("the option `" + decoded(name) +
                   "` behind its `?` is not known (there are db, username, "
                   "password, for Sentinel sentinel_username and sentinel_password, and for rediss:// "
                   "ssl_cert_reqs, ssl_check_hostname, ssl_ca_certs, ssl_certfile and ssl_keyfile)");
        }
    }
}

// The names and words of redis-py.
bool Target::take_tls_option(std::string_view name, const std::string& value) {
    if (name == "ssl_cert_reqs") {
        if (value != "required" && value != "none") refuse("its ssl_cert_reqs is neither required nor none");
        tls_options_.verify = value == "required";
    } else if (name == "ssl_check_hostname") {
        const std::string word = Poco::toLower(value);
        const bool no = word == "false" || word == "no" || word == "0";
        if (!no && word != "true" && word != "yes" && word != "1")
            refuse("its ssl_check_hostname is neither yes nor no");
        tls_options_.check_host = !no;
    } else if (name == "ssl_ca_certs") {
        tls_options_.authorities = value;
    } else if (name == "ssl_certfile") {
        tls_options_.certificate = value;
    } else if (name == "ssl_keyfile") {
        tls_options_.private_key = value;
    } else {
        return false;
    }
    return true;
}

void Target::take_database(const std::string& text) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, database_);
    if (text.empty() || error != std::errc() || stop != end || database_ > k_max_database)
        refuse("its database is not a number from 0 to 65535");
    names_database_ = true;
}

Target Target::sentinel(const HostPort& place) const {
    Target target;
    target.hosts_.push_back(place);
    target.master_ = master_;
    target.credentials_ = sentinel_credentials_;
    target.sentinel_ = target.sentinel_node_ = true;
    return target;
}

std::string Target::description() const {
    const std::string database = "/" + std::to_string(database_);
    if (!unix_path_.empty()) return "unix://" + unix_path_ + "?db=" + std::to_string(database_);
    std::string text = sentinel_ ? "sentinel://" : tls_ ? "rediss://" : "redis://";
    for (const HostPort& place : hosts_) {
        if (&place != &hosts_.front()) text += ';';
        const bool brackets = place.host.find(':') != std::string::npos;
        text += (brackets ? "[" + place.host + "]" : place.host) + ":" + std::to_string(place.port);
    }
    if (sentinel_) text += "/" + master_;
    return text + database;
}

}  // namespace zanhu::redis
