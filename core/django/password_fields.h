#pragma once

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

namespace zanhu::django {

// How the encoded passwords of Django are read: fields, most of them between dollar signs.

/// Takes the text up to the next `end`, and that, off the front; all of it when there is none.
inline std::string_view take_field(std::string_view& rest, char end = '$') noexcept {
    const std::string_view taken = rest.substr(0, rest.find(end));
    rest.remove_prefix(std::min(rest.size(), taken.size() + 1));
    return taken;
}

/// Whether the whole text is a decimal number that fits.
template <class Number>
bool read_number(std::string_view text, Number& number) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

}  // namespace zanhu::django
