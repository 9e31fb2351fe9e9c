#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

#include <zanhu/cookies.h>
#include <zanhu/headers.h>

namespace zanhu {
namespace {

// What Python's str.strip() takes off a text that was decoded as Latin-1.
bool is_python_space(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x09 && byte <= 0x0d) || (byte >= 0x1c && byte <= 0x20) || byte == 0x85 || byte == 0xa0;
}

std::string_view strip(std::string_view text) noexcept {
    while (!text.empty() && is_python_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_python_space(text.back()))
        text.remove_suffix(1);
    return text;
}

bool is_octal(std::string_view three) noexcept {
    return three.size() == 3 && three[0] >= '0' && three[0] <= '3' && three[1] >= '0' && three[1] <= '7' &&
           three[2] >= '0' && three[2] <= '7';
}

bool is_quoted(std::string_view value) noexcept {
    return value.size() >= 2 && value.front() == '"' && value.back() == '"';
}

// Undoes \ooo and \c; a backslash before a line feed or at the end stays (Python: http.cookies._unquote).
std::string unquote(std::string_view quoted) {
    const std::string_view inner = quoted.substr(1, quoted.size() - 2);
    std::string value;
    value.reserve(inner.size());
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] != '\\' || i + 1 == inner.size() || inner[i + 1] == '\n') {
            value.push_back(inner[i]);
        } else if (const std::string_view digits = inner.substr(i + 1, 3); is_octal(digits)) {
            value.push_back(
                static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0')));
            i += 3;
        } else {
            value.push_back(inner[++i]);
        }
    }
    return value;
}

constexpr auto k_unchanged = [](char c) { return c; };

// Python's _LegalChars: a token's characters and the colon.
bool is_legal(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c == ':' || is_token({&c, 1});
    });
}

std::string quote(std::string_view value) {
    if (is_legal(value)) return std::string(value);
    constexpr std::string_view k_also_plain = " ()/<=>?@[]{}";
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            quoted.append({'\\', c});
        } else if (is_legal({&c, 1}) || k_also_plain.find(c) != std::string_view::npos) {
            quoted.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            const auto digit = [byte](int shift) { return static_cast<char>('0' + ((byte >> shift) & 7)); };
            quoted.append({'\\', digit(6), digit(3), digit(0)});
        }
    }
    return quoted += '"';
}

void check_name(std::string_view name) {
    constexpr std::array<std::string_view, 9> k_reserved = {
        "expires", "path", "comment", "domain", "max-age", "secure", "httponly", "version", "samesite"};
    if (!is_legal(name)) {
        throw std::invalid_argument("SetCookie: the name must be letters, digits and !#$%&'*+-.^_`|~: only");
    }
    if (std::any_of(
            k_reserved.begin(), k_reserved.end(), [name](auto r) { return equals_ignore_case(r, name); })) {
        throw std::invalid_argument("SetCookie: '" + std::string(name) +
                                    "' is the name of an attribute: use another");
    }
}

void check_attribute(std::string_view attribute, const char* what) {
    if (!is_field_value(attribute) || attribute.find(';') != std::string_view::npos) {
        throw std::invalid_argument(std::string("SetCookie: ") + what +
                                    " holds ';' or a control character: remove it");
    }
}

std::string http_date(std::chrono::system_clock::time_point time) {
    const Poco::Timestamp stamp = Poco::Timestamp::fromEpochTime(std::chrono::system_clock::to_time_t(time));
    return Poco::DateTimeFormatter::format(stamp, Poco::DateTimeFormat::HTTP_FORMAT);
}

std::int64_t age(std::chrono::system_clock::time_point expires, std::chrono::system_clock::time_point now) {
    return std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(expires - now).count());
}

std::string_view same_site_text(SameSite same_site) noexcept {
    switch (same_site) {
        case SameSite::unset:
            return {};
        case SameSite::lax:
            return "; SameSite=Lax";
        case SameSite::strict:
            return "; SameSite=Strict";
        case SameSite::none:
            return "; SameSite=None";
    }
    return {};
}

}  // namespace

Cookies::Cookies(std::string_view header) {
    fields_.reserve(static_cast<std::size_t>(std::count(header.begin(), header.end(), ';')) + 1,
                    header.size());
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(';'), header.size());
        const std::string_view piece = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        const std::size_t equals = piece.find('=');
        const bool named = equals != std::string_view::npos;
        const std::string_view name = named ? strip(piece.substr(0, equals)) : std::string_view();
        const std::string_view value = strip(named ? piece.substr(equals + 1) : piece);
        if (name.empty() && value.empty()) continue;
        if (is_quoted(value)) {
            fields_.append(name, unquote(value), k_unchanged);
        } else {
            fields_.append(name, value, k_unchanged);
        }
    }
}

std::optional<std::string_view> Cookies::find(std::string_view name) const noexcept {
    for (std::size_t i = fields_.size(); i > 0; --i) {
        if (fields_[i - 1].name == name) return fields_[i - 1].value;
    }
    return std::nullopt;
}

SetCookie SetCookie::deletion(std::string name, std::string path, std::string domain, SameSite same_site) {
    SetCookie cookie(std::move(name), "");
    // Browsers ignore the deletion of a cookie that had to be secure unless it is secure itself.
    cookie.secure = cookie.name.starts_with("__Secure-") || cookie.name.starts_with("__Host-") ||
                    same_site == SameSite::none;
    cookie.max_age = std::chrono::seconds(0);
    cookie.expires = std::chrono::system_clock::from_time_t(0);
    cookie.path = std::move(path);
    cookie.domain = std::move(domain);
    cookie.same_site = same_site;
    return cookie;
}

std::string SetCookie::to_string(std::chrono::system_clock::time_point now) const {
    check_name(name);
    check_attribute(path, "the path");
    check_attribute(domain, "the domain");
    std::string text = name + "=" + quote(value);
    if (!domain.empty()) text.append("; Domain=").append(domain);
    const bool lasting = expires || max_age;
    if (lasting) text.append("; expires=").append(http_date(expires ? *expires : now + *max_age));
    if (http_only) text.append("; HttpOnly");
    if (lasting)
        text.append("; Max-Age=").append(std::to_string(max_age ? max_age->count() : age(*expires, now)));
    if (!path.empty()) text.append("; Path=").append(path);
    text.append(same_site_text(same_site));
    if (secure) text.append("; Secure");
    return text;
}

}  // namespace zanhu
