#include "core/settings/value.h"

#include <Poco/String.h>

#include <charconv>
#include <span>

namespace zanhu::settings {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

constexpr Unit k_time_units[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit k_size_units[] = {{"B", 1}, {"KiB", 1024}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::int64_t> parse_with_unit(std::string_view text,
                                            std::span<const Unit> units,
                                            std::int64_t bare_factor) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0) return std::nullopt;
    const auto unit = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
    std::int64_t factor = unit.empty() ? bare_factor : 0;
    for (const auto& candidate : units)
        if (unit == candidate.name) factor = candidate.factor;
    if (factor == 0 || number > std::numeric_limits<std::int64_t>::max() / factor) return std::nullopt;
    return number * factor;
}

// The largest unit that divides the number, so that nothing is rounded.
std::string format_with_unit(std::int64_t number, std::span<const Unit> units) {
    const Unit* best = &units.front();
    for (const auto& unit : units)
        if (number != 0 && number % unit.factor == 0) best = &unit;
    return std::to_string(number / best->factor) + std::string(best->name);
}

std::string quoted(std::string_view text) {
    constexpr std::size_t k_shown = 60;
    return "`" + std::string(text.substr(0, k_shown)) + (text.size() > k_shown ? "...`" : "`");
}

std::string range_problem(const KeySpec& key,
                          std::string_view text,
                          std::int64_t number,
                          std::string (*format)(std::int64_t)) {
    if (number < key.minimum) {
        return quoted(text) + " is too small; use " + format(key.minimum) + " or more";
    }
    if (number > key.maximum) {
        return quoted(text) + " is too large; use " + format(key.maximum) + " or less";
    }
    return {};
}

std::string choice_problem(const KeySpec& key, std::string_view text) {
    std::string_view rest = key.choices;
    while (true) {
        const auto bar = rest.find('|');
        if (rest.substr(0, bar) == text) return {};
        if (bar == std::string_view::npos) break;
        rest.remove_prefix(bar + 1);
    }
    auto words = std::string(key.choices);
    return quoted(text) + " is not one of the choices; use one of: " + Poco::replace(words, "|", ", ");
}

std::string format_integer(std::int64_t number) {
    return std::to_string(number);
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<bool> parse_boolean(std::string_view text) {
    const auto word = Poco::toLower(std::string(text));
    if (word == "yes" || word == "true" || word == "on" || word == "1") return true;
    if (word == "no" || word == "false" || word == "off" || word == "0") return false;
    return std::nullopt;
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
    return parse_with_unit(text, k_time_units, 1000);
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
    return parse_with_unit(text, k_size_units, 1);
}

std::optional<std::vector<std::string>> parse_list(std::string_view text) {
    std::vector<std::string> entries;
    text = trimmed(text);
    if (text.empty()) return entries;
    while (true) {
        const auto comma = text.find(',');
        const auto entry = trimmed(text.substr(0, comma));
        if (entry.empty()) return std::nullopt;
        entries.emplace_back(entry);
        if (comma == std::string_view::npos) return entries;
        text.remove_prefix(comma + 1);
    }
}

std::string format_duration(std::int64_t milliseconds) {
    return format_with_unit(milliseconds, k_time_units);
}

std::string format_bytes(std::int64_t bytes) {
    return format_with_unit(bytes, k_size_units);
}

std::string check_value(const KeySpec& key, std::string_view text) {
    switch (key.kind) {
        case ValueKind::text:
        case ValueKind::secret:
            return {};
        case ValueKind::integer:
            if (const auto n = parse_integer(text)) return range_problem(key, text, *n, format_integer);
            return quoted(text) + " is not a whole number; write digits only, such as 16";
        case ValueKind::boolean:
            return parse_boolean(text) ? "" : quoted(text) + " is neither yes nor no; use yes or no";
        case ValueKind::duration:
            if (const auto n = parse_duration(text)) return range_problem(key, text, *n, format_duration);
            return quoted(text) +
                   " is not a duration; write a whole number and a unit: 500ms, 20s, 5m, 2h, 14d";
        case ValueKind::bytes:
            if (const auto n = parse_bytes(text)) return range_problem(key, text, *n, format_bytes);
            return quoted(text) + " is not a size; write a whole number and a unit: 512B, 16KiB, 1MiB, 1GiB";
        case ValueKind::list:
        case ValueKind::secret_list:
            return parse_list(text) ? ""
                                    : "an entry of the list is empty; write one comma between two entries";
        case ValueKind::choice:
            return choice_problem(key, text);
    }
    return {};
}

}  // namespace zanhu::settings
