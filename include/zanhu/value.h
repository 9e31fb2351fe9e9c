#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace zanhu {

class Value;

/// Bytes, as opposed to text: MessagePack and the channel layers keep the two apart.
struct Bytes {
    explicit Bytes(std::string bytes) : data(std::move(bytes)) {}
    bool operator==(const Bytes&) const = default;
    std::string data;
};

using ValueList = std::vector<Value>;

/// A map from text to Value that keeps the order of insertion, as Python's dict does. A value type.
class ValueMap {
public:
    using Entry = std::pair<std::string, Value>;

    ValueMap() = default;
    /// Adds the key at the end, or replaces its value where it stands. Returns the map, so that calls can be
    /// chained.
    ValueMap& set(std::string key, Value value);
    bool remove(std::string_view key);
    const Value* find(std::string_view key) const noexcept;
    /// The text at that key; nullptr when there is none or when it is no text.
    const std::string* find_text(std::string_view key) const noexcept;

    using Iterator = std::vector<Entry>::const_iterator;
    std::size_t size() const noexcept;
    bool empty() const noexcept;
    Iterator begin() const noexcept;
    Iterator end() const noexcept;
    bool operator==(const ValueMap&) const;

private:
    std::vector<Entry> entries_;
};

/// What a channel layer can carry (Channels' layer specification: byte and text strings, integers of 64 bits,
/// doubles, lists, maps, booleans, nil). A value type; safe to read from several threads.
class Value {
public:
    using Variant =
        std::variant<std::monostate, bool, std::int64_t, double, std::string, Bytes, ValueList, ValueMap>;

    Value() noexcept = default;  ///< nil
    // NOLINTBEGIN(google-explicit-constructor): a value is made from what it holds
    Value(bool value) : held_(value) {}
    Value(int value) : held_(std::int64_t{value}) {}
    Value(std::int64_t value) : held_(value) {}
    Value(double value) : held_(value) {}
    Value(std::string value) : held_(std::move(value)) {}
    Value(std::string_view value) : held_(std::string(value)) {}
    Value(const char* value) : held_(std::string(value)) {}
    Value(Bytes value) : held_(std::move(value)) {}
    Value(ValueList value) : held_(std::move(value)) {}
    Value(ValueMap value) : held_(std::move(value)) {}
    // NOLINTEND(google-explicit-constructor)

    const Variant& variant() const noexcept { return held_; }
    template <class T>
    const T* as() const noexcept {
        return std::get_if<T>(&held_);
    }
    bool is_nil() const noexcept { return held_.index() == 0; }
    bool operator==(const Value&) const = default;

private:
    Variant held_;
};

inline std::size_t ValueMap::size() const noexcept {
    return entries_.size();
}
inline bool ValueMap::empty() const noexcept {
    return entries_.empty();
}
inline ValueMap::Iterator ValueMap::begin() const noexcept {
    return entries_.begin();
}
inline ValueMap::Iterator ValueMap::end() const noexcept {
    return entries_.end();
}

/// JSON text as Python's json.dumps writes it by default: ASCII escapes, ", " and ": " between. Throws Error
/// for Bytes, which JSON cannot carry, and for text that is not UTF-8.
std::string to_json(const Value& value);
std::string to_json(const ValueMap& map);

/// Reads one JSON document (RFC 8259; nested at most 64 deep; numbers without fraction or exponent that fit
/// are integers, others doubles). std::nullopt when it is not valid JSON or not UTF-8.
std::optional<Value> parse_json(std::string_view text);

}  // namespace zanhu
