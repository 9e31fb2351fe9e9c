#include "core/settings/database_url.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <zanhu/errors.h>

namespace zanhu::settings {

namespace {

using Kind = DatabaseUrl::Kind;

constexpr const char* k_sqlite_forms = "write sqlite:///FILE or sqlite:////ABSOLUTE/PATH";
constexpr const char* k_server_forms =
    "write postgres://USER:PASSWORD@HOST:PORT/DATABASE or mysql://USER:PASSWORD@HOST:PORT/DATABASE";

struct Scheme {
    std::string_view name;
    Kind kind;
};

constexpr std::array k_schemes = {
    Scheme{"sqlite", Kind::sqlite},
    Scheme{"sqlite3", Kind::sqlite},
    Scheme{"postgres", Kind::postgresql},
    Scheme{"postgresql", Kind::postgresql},
    Scheme{"pgsql", Kind::postgresql},
    Scheme{"psql", Kind::postgresql},
    Scheme{"mysql", Kind::mysql},
    Scheme{"mysql2", Kind::mysql},
    Scheme{"mariadb", Kind::mysql},
};

// Of libpq, as dj-database-url hands them on.
constexpr std::array<std::string_view, 12> k_libpq_options = {"options",
                                                              "sslmode",
                                                              "sslrootcert",
                                                              "sslcert",
                                                              "sslkey",
                                                              "sslcrl",
                                                              "keepalives",
                                                              "keepalives_idle",
                                                              "gssencmode",
                                                              "target_session_attrs",
                                                              "channel_binding",
                                                              "tcp_user_timeout"};
// Django's own, which say how it keeps its connections.
constexpr std::array<std::string_view, 6> k_djangos_options = {"conn_max_age",
                                                               "conn_health_checks",
                                                               "atomic_requests",
                                                               "autocommit",
                                                               "disable_server_side_cursors",
                                                               "charset"};

template <class List>
bool contains(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

[[noreturn]] void refuse(const std::string& problem) {
    throw Error(problem);
}

std::string decoded(std::string_view text) {
    std::string out;
    try {
        Poco::URI::decode(std::string(text), out);
    } catch (const Poco::URISyntaxException&) {
        refuse("has a broken % escape; write %25 for a percent sign");
    }
    if (out.find('\0') != std::string::npos) refuse("holds a null character; remove it");
    return out;
}

/// Takes what stands ahead of `end` from the front, and `end` with it; everything when there is none.
std::string_view take_until(std::string_view& text, char end) {
    const std::size_t place = text.find(end);
    const std::string_view taken = text.substr(0, place);
    text.remove_prefix(place == std::string_view::npos ? text.size() : place + 1);
    return taken;
}

DatabaseUrl parse_sqlite(const std::string& url, std::string_view rest) {
    DatabaseUrl out;
    if (!rest.starts_with("///")) refuse("`" + url + "` names no file; " + k_sqlite_forms);
    rest.remove_prefix(3);
    if (rest.find('?') != std::string_view::npos) refuse("options behind `?` are not read; remove them");
    if (rest.find(":memory:") != std::string_view::npos)
        refuse("a database in memory would be another one for every thread; name a file");
    out.path = decoded(rest);
    if (out.path.empty() || out.path.ends_with('/')) refuse("`" + url + "` names no file; " + k_sqlite_forms);
    out.name = out.path;
    return out;
}

std::uint16_t port_of(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0)
        // Not what it is: it may be the half of a password.
        refuse("has a port that is no number from 1 to 65535; in a password write %2F for / and %3F for ?");
    return port;
}

void read_host(DatabaseUrl& out, std::string_view text) {
    if (text.starts_with('[')) {  // an IPv6 address
        text.remove_prefix(1);
        out.host = take_until(text, ']');
        if (text.starts_with(':')) text.remove_prefix(1);
    } else {
        out.host = decoded(take_until(text, ':'));
    }
    if (!text.empty()) out.port = port_of(text);
}

void read_option(DatabaseUrl& out, std::string_view key, std::string value) {
    if (key == (out.kind == Kind::mysql ? "unix_socket" : "host")) {
        out.host = std::move(value);
    } else if (key == "port" && out.kind == Kind::postgresql) {
        out.port = port_of(value);
    } else if (out.kind == Kind::postgresql && contains(k_libpq_options, key)) {
        out.options.emplace_back(key, std::move(value));
    } else if (!contains(k_djangos_options, key)) {
        refuse("the option `" + std::string(key) + "` is not known; remove it (known are " +
               (out.kind == Kind::mysql ? "unix_socket" : "host, port, sslmode and others of libpq") +
               ", and Django's own, which mean nothing here)");
    }
}

/// What would end a value in a connection string of Poco's for MySQL, which has no way to write it.
void check_value(const DatabaseUrl& out, const std::string& what, const std::string& value) {
    if (out.kind != Kind::mysql) return;
    const bool outer_space = !value.empty() && (value.front() == ' ' || value.back() == ' ');
    if (value.find(';') != std::string::npos || outer_space) {
        refuse("the " + what +
               " holds a semicolon, or begins or ends with a space, which cannot be handed to the server's "
               "client library; choose another one");
    }
}

DatabaseUrl parse_server(Kind kind, std::string_view scheme, std::string_view rest) {
    DatabaseUrl out;
    out.kind = kind;
    if (!rest.starts_with("//")) refuse(std::string("names no server; ") + k_server_forms);
    rest.remove_prefix(2);
    std::string_view place = take_until(rest, '?');
    std::string_view authority = take_until(place, '/');
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        std::string_view user = authority.substr(0, at);
        out.user = decoded(take_until(user, ':'));
        out.password = decoded(user);
        authority.remove_prefix(at + 1);
    }
    read_host(out, authority);
    out.database = decoded(place);
    if (out.database.starts_with('/')) {  // postgres:////DIRECTORY/OF/SOCKET/DATABASE
        const std::size_t slash = out.database.rfind('/');
        out.host = out.database.substr(0, slash);
        out.database.erase(0, slash + 1);
    }
    while (!rest.empty()) {
        std::string_view value = take_until(rest, '&');
        const std::string_view key = take_until(value, '=');
        if (!key.empty()) read_option(out, key, decoded(value));
    }
    if (out.database.empty()) refuse(std::string("names no database; ") + k_server_forms);
    if (out.user.empty()) refuse(std::string("names no user; ") + k_server_forms);
    if (out.host.empty()) out.host = kind == Kind::mysql ? "127.0.0.1" : "";
    check_value(out, "user", out.user);
    check_value(out, "password", out.password);
    check_value(out, "database's name", out.database);
    check_value(out, "host", out.host);
    out.name = std::string(scheme) + "://" + out.user + "@" + out.host +
               (out.port == 0 ? "" : ":" + std::to_string(out.port)) + "/" + out.database;
    return out;
}

}  // namespace

DatabaseUrl parse_database_url(const std::string& url) {
    const std::size_t colon = url.find(':');
    const std::string_view scheme = std::string_view(url).substr(0, colon);
    const auto* const known = std::find_if(
        k_schemes.begin(), k_schemes.end(), [scheme](const Scheme& entry) { return entry.name == scheme; });
    if (colon == std::string::npos || known == k_schemes.end()) {
        refuse("a database of the kind `" + std::string(colon == std::string::npos ? "" : scheme) +
               "` is not known; use sqlite, postgres or mysql: " + k_sqlite_forms + ", or " + k_server_forms);
    }
    const std::string_view rest = std::string_view(url).substr(colon + 1);
    return known->kind == Kind::sqlite ? parse_sqlite(url, rest) : parse_server(known->kind, scheme, rest);
}

}  // namespace zanhu::settings
