#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The rules for what people write, and for ids and times. Free functions without state, callable from any
// thread.
namespace zanhu::web {

/// In characters (code points), about three printed pages: longer texts are files, which a chat does not
/// carry.
inline constexpr std::size_t k_longest_message = 10'000;

enum class [[nodiscard]] TextCheck : std::uint8_t { good, blank, too_long, unusable };

/// `blank`: nothing but what Unicode calls white space (Python: str.isspace). `unusable`: a NUL, which
/// databases refuse. REQUIRES: UTF-8, as parse_json gives it.
TextCheck check_text(std::string_view text) noexcept;

/// The text as an HTML fragment: escaped, line breaks as <br>.
[[nodiscard]] std::string html_fragment(std::string_view text);

/// The UUID (RFC 9562) in lower case; nullopt when it is none.
[[nodiscard]] std::optional<std::string> normal_uuid(std::string_view id);

/// An ISO 8601 time in UTC, as created_at is written (2026-11-22T10:00:00.123456Z), from one with up to six
/// digits behind the point, ending in Z or +00:00; nullopt when it is no such time.
[[nodiscard]] std::optional<std::string> normal_time(std::string_view time);

}  // namespace zanhu::web
