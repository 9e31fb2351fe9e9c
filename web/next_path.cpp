#include "web/next_path.h"

#include <algorithm>
#include <cstddef>

namespace zanhu::web {

bool is_safe_next(std::string_view next) noexcept {
    constexpr std::size_t k_longest = 2000;  // what every browser and proxy takes
    if (!next.starts_with('/') || next.starts_with("//") || next.size() > k_longest) return false;
    // Browsers read a backslash as a slash, and drop tabs and line feeds: "/\t/evil.com" is "//evil.com" to
    // them.
    return std::ranges::none_of(next, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return c == '\\' || byte < 0x20 || byte == 0x7f;
    });
}

std::string_view safe_next(std::string_view next) noexcept {
    return is_safe_next(next) ? next : std::string_view("/");
}

}  // namespace zanhu::web
