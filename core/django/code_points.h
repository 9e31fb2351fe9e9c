#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace zanhu::django {

/// The characters of UTF-8 text; std::nullopt when it is not UTF-8 (overlong forms and surrogates are not).
/// Any thread.
std::optional<std::u32string> code_points(std::string_view text);

}  // namespace zanhu::django
