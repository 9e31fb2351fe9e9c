#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zanhu {

/// What a key of the configuration holds. Durations are written with a unit (`500ms`, `20s`, `5m`, `2h`,
/// `14d`; a bare number is seconds, as in Django), sizes likewise (`16KiB`, `1MiB`; a bare number is bytes),
/// lists are separated by commas, booleans are yes or no (true, false, on, off, 1, 0). A secret, or a list of
/// them, is never printed.
enum class ValueKind { text, secret, integer, boolean, duration, bytes, list, secret_list, choice };

/// One key that a section may hold: the schema from which files are checked, samples written and help
/// printed.
struct KeySpec {
    std::string_view key;
    ValueKind kind;
    std::string_view default_value;
    std::string_view help;
    std::int64_t minimum = 0;  ///< of integers; of durations in milliseconds; of sizes in bytes
    std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
    std::string_view choices = {};  ///< of a choice: the allowed words, separated by `|`
    bool reloadable = false;        ///< SIGHUP takes a new value over without a restart
};

/// One section of the configuration after the check: every key of its schema has a value, given or default.
/// A value type; copies are independent and may be read from any thread.
/// The getters throw std::logic_error for a key that is not in the schema, or whose value is not of that
/// kind: asking for it is an error of the program, since what the operator wrote was checked before.
class ConfigView {
public:
    ConfigView() = default;
    /// `places`: where each value comes from, as describe() tells it.
    ConfigView(std::string section,
               std::map<std::string, std::string, std::less<>> values,
               std::map<std::string, std::string, std::less<>> places = {})
        : section_(std::move(section)), values_(std::move(values)), places_(std::move(places)) {}

    const std::string& section() const noexcept { return section_; }
    /// The text as it was written, of any kind; for texts, secrets and choices.
    const std::string& text(std::string_view key) const;
    std::int64_t integer(std::string_view key) const;
    bool boolean(std::string_view key) const;
    std::chrono::milliseconds duration(std::string_view key) const;
    std::size_t bytes(std::string_view key) const;
    /// The entries in their order, without the blanks around them; an empty value is an empty list.
    std::vector<std::string> list(std::string_view key) const;

    /// What a component says of a value that it cannot use: `FILE:LINE: [section] key: problem`. The problem
    /// is what is wrong, a semicolon, and what to do. For a ConfigError.
    std::string describe(std::string_view key, const std::string& problem) const;

private:
    const std::string& at(std::string_view key) const;

    std::string section_;
    std::map<std::string, std::string, std::less<>> values_;
    std::map<std::string, std::string, std::less<>> places_;
};

}  // namespace zanhu
