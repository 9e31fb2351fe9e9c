#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

#include <zanhu/headers.h>

namespace zanhu {
namespace {

// A token's character in lower case; 0 for a character that no token holds.
constexpr std::array<char, 256> k_token_lower = [] {
    std::array<char, 256> table{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")) {
        table[static_cast<unsigned char>(c)] = c;
    }
    for (char c = 'A'; c <= 'Z'; ++c)
        table[static_cast<unsigned char>(c)] = static_cast<char>(c - 'A' + 'a');
    return table;
}();

char token_lower(char c) noexcept {
    return k_token_lower[static_cast<unsigned char>(c)];
}

char ascii_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_value_char(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

// Whether one of eight bytes is below 0x20 or is 0x7f; HTAB counts as well, so a hit must be looked at byte
// by byte.
bool may_hold_control(const char* eight) noexcept {
    constexpr std::uint64_t k_ones = 0x0101010101010101;
    std::uint64_t word = 0;
    std::memcpy(&word, eight, sizeof word);
    const std::uint64_t without_del = word ^ (k_ones * 0x7f);
    return ((((word - k_ones * 0x20) & ~word) | ((without_del - k_ones) & ~without_del)) & (k_ones * 0x80)) !=
           0;
}

}  // namespace

bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return token_lower(c) != 0; });
}

bool is_field_value(std::string_view text) noexcept {
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        if (may_hold_control(text.data() + at)) break;
    }
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_value_char);
}

bool equals_ignore_case(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) {
               return ascii_lower(a) == ascii_lower(b);
           });
}

std::string_view trim_ows(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

bool list_contains_token(std::string_view list, std::string_view token) noexcept {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (equals_ignore_case(trim_ows(list.substr(0, comma)), token)) return !token.empty();
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

bool list_contains_token(std::span<const std::string_view> lists, std::string_view token) noexcept {
    return std::any_of(lists.begin(), lists.end(), [token](std::string_view list) {
        return list_contains_token(list, token);
    });
}

Headers::Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    for (const auto& [name, value] : fields)
        add(name, value);
}

void Headers::add(std::string_view name, std::string_view value) {
    if (try_add(name, value)) return;
    if (!is_token(name)) {
        throw std::invalid_argument("a header's name is no token: use letters, digits and '-' only");
    }
    throw std::invalid_argument(
        "the value of header '" + std::string(name) +
        "' holds a control character: remove line breaks and the like before adding it");
}

bool Headers::try_add(std::string_view name, std::string_view value) {
    if (!is_token(name) || !is_field_value(value)) return false;
    if (fields_.holds(name) || fields_.holds(value)) {
        fields_.append(std::string(name), std::string(value), token_lower);
    } else {
        fields_.append(name, value, token_lower);
    }
    return true;
}

void Headers::set(std::string_view name, std::string_view value) {
    if (!contains(name)) {
        add(name, value);
        return;
    }
    Headers replaced;
    bool placed = false;
    for (const Field field : *this) {
        if (!equals_ignore_case(field.name, name)) {
            replaced.fields_.append(field.name, field.value, token_lower);
        } else if (!placed) {
            replaced.add(name, value);
            placed = true;
        }
    }
    *this = std::move(replaced);
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    for (const Field field : *this) {
        if (equals_ignore_case(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const Field field : *this) {
        if (equals_ignore_case(field.name, name)) values.push_back(field.value);
    }
    return values;
}

}  // namespace zanhu
