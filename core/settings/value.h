#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/settings.h>

namespace zanhu::settings {

/// The text forms of the kinds of <zanhu/settings.h>. Nothing: the text is not of that form, or does not fit.
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<bool> parse_boolean(std::string_view text);
std::optional<std::int64_t> parse_duration(std::string_view text);  ///< milliseconds
std::optional<std::int64_t> parse_bytes(std::string_view text);

/// Nothing when an entry between two commas is empty. An empty text is an empty list.
std::optional<std::vector<std::string>> parse_list(std::string_view text);

/// The number as a person would write it: `20s`, `500ms`; `16KiB`.
std::string format_duration(std::int64_t milliseconds);
std::string format_bytes(std::int64_t bytes);

/// Checks the text against kind, range and choices. Empty when it is right, else "what is wrong; what to do".
/// A secret's text is never repeated in the answer.
std::string check_value(const KeySpec& key, std::string_view text);

constexpr bool is_secret(ValueKind kind) {
    return kind == ValueKind::secret || kind == ValueKind::secret_list;
}

}  // namespace zanhu::settings
