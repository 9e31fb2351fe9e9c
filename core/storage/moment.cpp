#include "core/storage/moment.h"

#include <array>
#include <cstddef>
#include <cstdio>

namespace zanhu::storage {

namespace {

std::string format(Moment moment, char separator, bool always_fraction, const char* end) {
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(moment - day);
    const auto micros = static_cast<int>(time.subseconds().count());
    std::array<char, 64> text;
    int length = std::snprintf(text.data(),
                               text.size(),
                               "%04d-%02u-%02u%c%02d:%02d:%02d",
                               static_cast<int>(date.year()),
                               static_cast<unsigned>(date.month()),
                               static_cast<unsigned>(date.day()),
                               separator,
                               static_cast<int>(time.hours().count()),
                               static_cast<int>(time.minutes().count()),
                               static_cast<int>(time.seconds().count()));
    if (always_fraction || micros != 0) {
        length += std::snprintf(
            text.data() + length, text.size() - static_cast<std::size_t>(length), ".%06d", micros);
    }
    return std::string(text.data(), static_cast<std::size_t>(length)) + end;
}

/// Takes exactly `digits` digits from the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

std::optional<std::chrono::microseconds> take_time(std::string_view& text) {
    const auto hours = take_number(text, 2);
    if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
    const auto minutes = take_number(text, 2);
    if (!minutes || *minutes > 59 || !take(text, ':')) return std::nullopt;
    const auto seconds = take_number(text, 2);
    if (!seconds || *seconds > 59) return std::nullopt;
    std::optional<int> micros = 0;
    if (take(text, '.')) micros = take_number(text, 6);
    if (!micros) return std::nullopt;
    return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds) +
           std::chrono::microseconds(*micros);
}

/// `+08:00`, or nothing.
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    if (text.empty() || take(text, 'Z')) return std::chrono::minutes(0);
    const bool west = text.front() == '-';
    if (!take(text, west ? '-' : '+')) return std::nullopt;
    const auto hours = take_number(text, 2);
    if (!hours || !take(text, ':')) return std::nullopt;
    const auto minutes = take_number(text, 2);
    if (!minutes) return std::nullopt;
    const std::chrono::minutes offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return west ? -offset : offset;
}

std::optional<Moment> parse(std::string_view text, char separator, std::string_view end) {
    const auto date = take_date(text);
    if (!date || !take(text, separator)) return std::nullopt;
    const auto time = take_time(text);
    if (!time || text != end) return std::nullopt;
    return *date + *time;
}

}  // namespace

Moment current_moment() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string to_database(Moment moment) {
    return format(moment, ' ', false, "");
}

std::optional<Moment> from_database(std::string_view text) {
    return parse(text, ' ', "");
}

std::optional<Moment> moment_of_isoformat(std::string_view text) {
    const auto date = take_date(text);
    if (!date || !take(text, 'T')) return std::nullopt;
    const auto time = take_time(text);
    if (!time) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return *date + *time - *offset;
}

std::string database_to_iso(std::string_view text) {
    const auto moment = from_database(text);
    return moment ? format(*moment, 'T', true, "Z") : std::string(text);
}

std::optional<std::string> iso_to_database(std::string_view text) {
    const auto moment = parse(text, 'T', "Z");
    if (!moment) return std::nullopt;
    return to_database(*moment);
}

}  // namespace zanhu::storage
