#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include <zanhu/errors.h>
#include <zanhu/value.h>

namespace zanhu::admin {

/// What is wrong with a line, as a sentence.
class BadLine : public Error {
public:
    using Error::Error;
};

/// The fields of one message, taken one by one and each of the right type; finish() then refuses what nobody
/// asked for. Lives on the stack of a decoder, below the map. Throws BadLine.
class Fields {
public:
    explicit Fields(const ValueMap& map) noexcept : map_(map) {}

    std::string text(std::string_view key);
    /// Empty when it is not there; an empty text is refused.
    std::string optional_text(std::string_view key);
    /// Not negative.
    std::int64_t number(std::string_view key);
    bool boolean(std::string_view key);
    const ValueMap& map(std::string_view key);
    void finish() const;

private:
    const Value* find(std::string_view key);
    template <class T>
    const T& required(std::string_view key, const char* kind);

    const ValueMap& map_;
    std::set<std::string, std::less<>> taken_;
};

}  // namespace zanhu::admin
