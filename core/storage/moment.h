#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// Moments as Django keeps them on SQLite with USE_TZ: UTC as text, `YYYY-MM-DD HH:MM:SS.ffffff`, without the
// fraction when it is zero. Such texts compare like the moments. The public API has ISO 8601 with
// microseconds and Z. Free functions, any thread.
namespace zanhu::storage {

using Moment = std::chrono::sys_time<std::chrono::microseconds>;

/// The system's clock.
Moment current_moment();

std::string to_database(Moment moment);
/// std::nullopt for any other text.
std::optional<Moment> from_database(std::string_view text);

/// Of Python's datetime.isoformat(), with or without fraction and offset; without an offset it is in UTC.
std::optional<Moment> moment_of_isoformat(std::string_view text);

/// For a text from a row; one of another form (which Django would not read either) stays as it is.
std::string database_to_iso(std::string_view text);
/// std::nullopt unless it is a moment such as `2024-01-31T12:00:00.000000Z`, with or without the fraction.
std::optional<std::string> iso_to_database(std::string_view text);

}  // namespace zanhu::storage
