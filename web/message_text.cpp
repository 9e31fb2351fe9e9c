#include "web/message_text.h"

#include <Poco/DateTime.h>
#include <Poco/String.h>

#include <algorithm>
#include <charconv>

#include <zanhu/forms.h>

namespace zanhu::web {
namespace {

bool is_hex(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_space(char32_t c) noexcept {
    return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
           c == 0x3000;
}

// Takes one code point off the front of well-formed UTF-8.
char32_t next_code_point(std::string_view& text) noexcept {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = std::min<std::size_t>(lead < 0x80   ? 1
                                                     : lead < 0xe0 ? 2
                                                     : lead < 0xf0 ? 3
                                                                   : 4,
                                                     text.size());
    char32_t value = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i)
        value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3fU);
    text.remove_prefix(length);
    return value;
}

bool has_shape(std::string_view text, std::string_view shape) noexcept {
    return std::ranges::equal(text, shape, [](char c, char s) { return s == '0' ? is_digit(c) : c == s; });
}

int number(std::string_view digits) noexcept {
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

}  // namespace

TextCheck check_text(std::string_view text) noexcept {
    std::size_t length = 0;
    bool blank = true;
    while (!text.empty()) {
        const char32_t c = next_code_point(text);
        if (c == 0) return TextCheck::unusable;
        if (++length > k_longest_message) return TextCheck::too_long;
        blank = blank && is_space(c);
    }
    return blank ? TextCheck::blank : TextCheck::good;
}

std::string html_fragment(std::string_view text) {
    std::string html;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        html += html_escape(text.substr(0, end));
        text.remove_prefix(end);
        if (text.empty()) break;
        html += "<br>";
        text.remove_prefix(text.starts_with("\r\n") ? 2 : 1);
    }
    return html;
}

std::optional<std::string> normal_uuid(std::string_view id) {
    constexpr std::string_view k_shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    const bool good =
        std::ranges::equal(id, k_shape, [](char c, char s) { return s == 'x' ? is_hex(c) : c == s; });
    if (!good) return std::nullopt;
    return Poco::toLower(std::string(id));
}

std::optional<std::string> normal_time(std::string_view time) {
    constexpr std::string_view k_shape = "0000-00-00T00:00:00";
    constexpr std::size_t k_precision = 6;
    if (!has_shape(time.substr(0, k_shape.size()), k_shape)) return std::nullopt;
    const bool exists = Poco::DateTime::isValid(number(time.substr(0, 4)),
                                                number(time.substr(5, 2)),
                                                number(time.substr(8, 2)),
                                                number(time.substr(11, 2)),
                                                number(time.substr(14, 2)),
                                                number(time.substr(17, 2)));
    // POCO has leap seconds; Django's datetime, and what is stored, has none.
    if (!exists || number(time.substr(17, 2)) > 59) return std::nullopt;
    std::string normal(time.substr(0, k_shape.size()));
    std::string_view rest = time.substr(k_shape.size());
    std::string fraction;
    if (rest.starts_with('.')) {
        const std::size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        fraction = rest.substr(1, end - 1);
        if (fraction.empty() || fraction.size() > k_precision) return std::nullopt;
        rest.remove_prefix(end);
    }
    if (rest != "Z" && rest != "+00:00") return std::nullopt;
    fraction.resize(k_precision, '0');
    return normal + '.' + fraction + 'Z';
}

}  // namespace zanhu::web
