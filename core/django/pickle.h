#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <zanhu/value.h>

namespace zanhu::django {

/// Bounds of read_pickle(): what a session may hold.
struct PickleLimits {
    std::size_t bytes = std::size_t{1} << 20;
    std::size_t objects =
        100'000;  ///< made by the pickle, and again in the value, where shared ones are repeated
    std::size_t depth = 64;
};

/// The value in a Python pickle of protocol 2 to 5, as Django's cache backends store it. Nothing is ever
/// constructed or called: what only Python could make (datetime and the like) is nil. Tuples and sets are
/// lists, keys that are numbers are their digits, integers beyond 64 bits are nil. std::nullopt when the
/// bytes are no such pickle or exceed a limit. Any thread.
std::optional<Value> read_pickle(std::string_view bytes, const PickleLimits& limits = PickleLimits());

}  // namespace zanhu::django
