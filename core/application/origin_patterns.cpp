#include <Poco/Ascii.h>
#include <Poco/String.h>
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include <zanhu/origin_patterns.h>

namespace zanhu {

namespace {

constexpr int k_no_port = -1;
constexpr int k_bad_port = -2;
constexpr int k_max_port = 65535;

struct Url {
    std::string_view scheme;  // as written
    std::string_view rest;    // after the scheme and its colon
    std::string_view host;  // without brackets; empty when there is none, or when the brackets make no sense
    int port = k_no_port;
    bool bracketed = false;
};

bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) {
               return Poco::Ascii::toLower(static_cast<unsigned char>(a)) ==
                      Poco::Ascii::toLower(static_cast<unsigned char>(b));
           });
}

// Django: is_same_domain. `pattern` may be in any case.
bool is_same_domain(std::string_view host, std::string_view pattern) noexcept {
    if (pattern.empty()) return false;
    if (equal_ignoring_case(host, pattern)) return true;
    if (pattern.front() != '.') return false;
    if (equal_ignoring_case(host, pattern.substr(1))) return true;
    return host.size() > pattern.size() &&
           equal_ignoring_case(host.substr(host.size() - pattern.size()), pattern);
}

bool is_ipv6(std::string_view text) noexcept {
    char buffer[INET6_ADDRSTRLEN];
    in6_addr address;
    if (text.size() >= sizeof buffer) return false;
    *std::copy(text.begin(), text.end(), buffer) = '\0';
    return inet_pton(AF_INET6, buffer, &address) == 1;
}

bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

int parse_port(std::string_view text) noexcept {
    if (text.empty()) return k_no_port;
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool is_number = error == std::errc() && end == text.data() + text.size() && text.front() != '-';
    return is_number && port <= k_max_port ? port : k_bad_port;
}

int port_or_default(int port, std::string_view scheme) noexcept {
    if (port != k_no_port) return port;
    if (equal_ignoring_case(scheme, "http") || equal_ignoring_case(scheme, "ws")) return 80;
    if (equal_ignoring_case(scheme, "https") || equal_ignoring_case(scheme, "wss")) return 443;
    return k_no_port;
}

// RFC 3986 3.1: a letter, then letters, digits, '+', '-', '.', then the colon.
std::string_view scheme_of(std::string_view text) noexcept {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 ||
        !Poco::Ascii::isAlpha(static_cast<unsigned char>(text[0])))
        return {};
    const std::string_view scheme = text.substr(0, colon);
    const bool valid = std::all_of(scheme.begin(), scheme.end(), [](char c) {
        return Poco::Ascii::isAlphaNumeric(static_cast<unsigned char>(c)) || c == '+' || c == '-' || c == '.';
    });
    return valid ? scheme : std::string_view();
}

// What stands between "//" and the path: [userinfo@]host[:port].
void parse_authority(std::string_view authority, Url& url) noexcept {
    const bool has_brackets = authority.find_first_of("[]") != std::string_view::npos;
    const std::string_view host_port = authority.substr(authority.rfind('@') + 1);  // npos + 1 is 0
    if (!has_brackets) {
        const std::size_t colon = host_port.find(':');
        url.host = host_port.substr(0, colon);
        if (colon != std::string_view::npos) url.port = parse_port(host_port.substr(colon + 1));
        return;
    }
    const std::size_t close = host_port.find(']');
    if (!host_port.starts_with('[') || close == std::string_view::npos) return;
    const std::string_view after = host_port.substr(close + 1);
    if (!after.empty() && after.front() != ':') return;
    url.host = host_port.substr(1, close - 1);
    url.bracketed = true;
    if (!after.empty()) url.port = parse_port(after.substr(1));
}

Url parse_url(std::string_view text) noexcept {
    Url url;
    url.scheme = scheme_of(text);
    url.rest = url.scheme.empty() ? text : text.substr(url.scheme.size() + 1);
    if (url.rest.starts_with("//")) {
        const std::string_view authority = url.rest.substr(2);
        parse_authority(authority.substr(0, authority.find_first_of("/?#")), url);
    }
    return url;
}

bool is_digits(std::string_view text) noexcept {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string with_schemes(const std::string& text) {
    return "http://" + text + " or https://" + text;
}

// Empty when it can match.
std::string why_it_never_matches(const std::string& text, const Url& url) {
    if (!url.scheme.empty() && is_digits(url.rest)) {
        return "what stands before a colon is taken for a scheme; write " + with_schemes(text);
    }
    if (url.host.empty() || (url.bracketed && !is_ipv6(url.host))) {
        return "it has no usable host; write a host such as example.com, or scheme and host such as "
               "https://example.com";
    }
    if (!is_ascii(url.host))
        return "browsers send names outside of ASCII in their xn-- form; write that form";
    if (url.host.starts_with("*.")) {
        return "a domain with all below it is written with a leading dot, " + std::string(url.host.substr(1));
    }
    if (!url.scheme.empty() && url.port == k_bad_port)
        return "a port is a number from 0 to 65535; correct it or leave it out";
    return {};
}

// Django: host_validation_re, without the port.
bool is_well_formed_host(std::string_view host) noexcept {
    if (host.starts_with('[')) {
        const std::size_t colon = host.find(':');
        if (!host.ends_with(']') || colon == std::string_view::npos || colon + 2 >= host.size()) return false;
        const std::size_t first_other = host.find_first_not_of("0123456789abcdefABCDEF", 1);
        return first_other == colon &&
               host.find_first_not_of("0123456789abcdefABCDEF.:", colon) == host.size() - 1;
    }
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return Poco::Ascii::isAlphaNumeric(static_cast<unsigned char>(c)) || c == '.' || c == '-';
    });
}

}  // namespace

OriginPatterns::OriginPatterns(const std::vector<std::string>& patterns) {
    patterns_.reserve(patterns.size());
    for (const std::string& text : patterns)
        add(text);
}

void OriginPatterns::add(const std::string& text) {
    if (text == "*") {
        allows_all_ = true;
        return;
    }
    const Url whole = parse_url(text);
    const bool has_scheme = !whole.scheme.empty();
    const std::string host_text = "//" + text;
    const Url url = has_scheme ? whole : parse_url(host_text);
    Pattern pattern;
    if (has_scheme) {
        pattern.scheme = Poco::toLower(std::string(whole.scheme));
        pattern.port = port_or_default(whole.port, whole.scheme);
    }
    const std::string reason = why_it_never_matches(text, url);
    if (reason.empty()) {
        pattern.host = Poco::toLower(std::string(url.host));
        pattern.bracketed = url.bracketed;
    } else {
        warnings_.push_back("origin pattern '" + text + "' never matches: " + reason);
    }
    if (reason.empty() && !has_scheme && url.port != k_no_port) {
        warnings_.push_back("origin pattern '" + text +
                            "' matches every port, since a port counts only after a scheme: write " +
                            with_schemes(text));
    }
    patterns_.push_back(std::move(pattern));
}

bool OriginPatterns::allows(std::optional<std::string_view> origin) const noexcept {
    if (allows_all_) return true;
    if (!origin || origin->find_first_of("\t\r\n") != std::string_view::npos) return false;
    const Url url = parse_url(*origin);
    if (url.host.empty()) return false;
    const int port = port_or_default(url.port, url.scheme);
    for (const Pattern& pattern : patterns_) {
        if (!pattern.scheme.empty()) {
            if (port == k_bad_port) return false;
            if (port != pattern.port || !equal_ignoring_case(url.scheme, pattern.scheme)) continue;
        }
        const bool same = url.bracketed ? equal_ignoring_case(url.host, pattern.host)
                                        : is_same_domain(url.host, pattern.host);
        if (url.bracketed == pattern.bracketed && same) return true;
    }
    return false;
}

bool host_allowed(std::string_view host_header, const std::vector<std::string>& allowed_hosts) noexcept {
    std::string_view host = host_header;
    const std::size_t colon = host.rfind(':');
    if (!host.ends_with(']') && colon != std::string_view::npos) {
        if (!is_digits(host.substr(colon + 1))) return false;
        host = host.substr(0, colon);
    }
    if (!is_well_formed_host(host)) return false;
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.empty()) return false;
    return std::any_of(allowed_hosts.begin(), allowed_hosts.end(), [&](const std::string& pattern) {
        return pattern == "*" || is_same_domain(host, pattern);
    });
}

}  // namespace zanhu
