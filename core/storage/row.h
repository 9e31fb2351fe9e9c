#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// What goes into a statement and comes out of it, the same for every database. Value types.
namespace zanhu::storage {

/// One row of an answer: every column as text, whatever its type in the database.
class Row {
public:
    Row() = default;
    explicit Row(std::vector<std::optional<std::string>> columns) : columns_(std::move(columns)) {}

    bool is_null(std::size_t column) const { return !columns_.at(column).has_value(); }
    /// Empty for NULL.
    const std::string& text(std::size_t column) const;
    /// 0 for NULL, and for what is no 64-bit integer.
    std::int64_t integer(std::size_t column) const;
    /// False for NULL.
    bool boolean(std::size_t column) const;

private:
    std::vector<std::optional<std::string>> columns_;
};

/// What stands for a `?` of a statement. Texts are referred to: they must live until the statement has run.
class Parameter {
public:
    struct Null {};
    /// A moment in UTC in the form of to_database().
    struct MomentText {
        std::string_view text;
    };
    using Value = std::variant<Null, bool, std::int64_t, std::string_view, MomentText>;

    Parameter(std::nullopt_t) noexcept {}                        // NOLINT: as an argument reads
    Parameter(bool value) noexcept : value_(value) {}            // NOLINT
    Parameter(std::string_view text) noexcept : value_(text) {}  // NOLINT
    Parameter(const std::string& text) noexcept : value_(std::string_view(text)) {}  // NOLINT
    Parameter(const char* text) noexcept : value_(std::string_view(text)) {}         // NOLINT
    Parameter(MomentText moment) noexcept : value_(moment) {}                        // NOLINT
    template <std::integral Integer>
        requires(!std::same_as<Integer, bool>)
    Parameter(Integer number) noexcept : value_(static_cast<std::int64_t>(number)) {}  // NOLINT

    const Value& value() const noexcept { return value_; }

private:
    Value value_;
};

inline Parameter moment(std::string_view text) noexcept {
    return Parameter(Parameter::MomentText{text});
}

/// What a statement answers.
struct Answer {
    Answer() = default;
    std::vector<Row> rows;
    std::size_t changed = 0;  ///< rows that it inserted, deleted or gave other values
};

}  // namespace zanhu::storage
