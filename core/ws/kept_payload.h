#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace zanhu::ws {

/// Where the payload of a large message goes, for a caller who keeps it. Made for the messages of one input
/// and used on its thread.
class KeptPayload {
public:
    static constexpr std::size_t k_most_room = 4;

    /// `input`: the string that holds the input, which the last message may take over; it outlives this.
    /// Null: none may be taken.
    explicit KeptPayload(std::string* input = nullptr) noexcept : input_(input) {}

    /// Room for `payload`, a part of the input; `last`: the end of it. This is the front of the input's own
    /// string when the payload ends it and is a quarter of it or more, so that no new memory is touched, and
    /// what is taken has at most k_most_room times the room it needs; else a string of that size. Throws
    /// std::bad_alloc.
    char* room_for(std::span<const char> payload, bool last);
    /// Whether this payload was put into that room.
    bool holds(std::string_view payload) const noexcept {
        return room_ != nullptr && payload.data() == room_;
    }
    /// The string that begins with `payload`, cut to it; a string that held the input is left empty.
    /// REQUIRES: holds(payload).
    std::string take(std::string_view payload);

private:
    bool may_take_input(std::span<const char> payload) const noexcept;

    std::string* input_;
    std::string own_;
    char* room_ = nullptr;
};

}  // namespace zanhu::ws
