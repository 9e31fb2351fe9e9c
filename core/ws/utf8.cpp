#include "core/ws/utf8.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace zanhu::ws {
namespace {

// An automaton whose states are bit positions: each byte has one word that holds, at the position of every
// state, the state that follows. A step is one load and one shift, with no branch to guess wrong in mixed
// text. A state names what must follow; k_error is 0, so that a transition that is not set leads there and
// stays there.
enum State : unsigned {
    k_error = 0,
    k_start = Utf8Validator::k_accept,
    k_one_more = 12,
    k_two_more = 18,
    k_three_more = 24,
    k_after_e0 = 30,  // A0-BF, else overlong
    k_after_ed = 36,  // 80-9F, else a surrogate
    k_after_f0 = 42,  // 90-BF, else overlong
    k_after_f4 = 48   // 80-8F, else over U+10FFFF
};
constexpr unsigned k_state_mask = 63;

using Transitions = std::array<std::uint64_t, 256>;

constexpr void allow(Transitions& table, State from, unsigned first, unsigned last, State to) {
    for (unsigned byte = first; byte <= last; ++byte)
        table[byte] |= std::uint64_t{to} << from;
}

constexpr Transitions make_transitions() {
    Transitions table{};
    allow(table, k_start, 0x00, 0x7F, k_start);
    allow(table, k_start, 0xC2, 0xDF, k_one_more);
    allow(table, k_start, 0xE0, 0xE0, k_after_e0);
    allow(table, k_start, 0xE1, 0xEC, k_two_more);
    allow(table, k_start, 0xED, 0xED, k_after_ed);
    allow(table, k_start, 0xEE, 0xEF, k_two_more);
    allow(table, k_start, 0xF0, 0xF0, k_after_f0);
    allow(table, k_start, 0xF1, 0xF3, k_three_more);
    allow(table, k_start, 0xF4, 0xF4, k_after_f4);
    allow(table, k_one_more, 0x80, 0xBF, k_start);
    allow(table, k_two_more, 0x80, 0xBF, k_one_more);
    allow(table, k_three_more, 0x80, 0xBF, k_two_more);
    allow(table, k_after_e0, 0xA0, 0xBF, k_one_more);
    allow(table, k_after_ed, 0x80, 0x9F, k_one_more);
    allow(table, k_after_f0, 0x90, 0xBF, k_two_more);
    allow(table, k_after_f4, 0x80, 0x8F, k_two_more);
    return table;
}

constexpr Transitions k_transitions = make_transitions();

std::uint64_t step(std::uint64_t state, char byte) noexcept {
    return k_transitions[static_cast<unsigned char>(byte)] >> (state & k_state_mask);
}

std::uint64_t load(const char* from) noexcept {
    std::uint64_t word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

bool is_ascii(std::uint64_t word) noexcept {
    return (word & 0x8080808080808080U) == 0;
}

// Stops at the end, or within 8 bytes before the first byte that is not ASCII, or under 8 bytes before the
// end.
const char* skip_ascii(const char* at, const char* end) noexcept {
    if (end - at < 8) return at;
    while (end - at >= 32 && is_ascii(load(at) | load(at + 8) | load(at + 16) | load(at + 24)))
        at += 32;
    while (end - at >= 8 && is_ascii(load(at)))
        at += 8;
    // A short rest is looked at together with bytes already seen, instead of byte by byte.
    return end - at < 8 && is_ascii(load(end - 8)) ? end : at;
}

}  // namespace

bool Utf8Validator::feed(std::string_view bytes) noexcept {
    constexpr std::ptrdiff_t k_block = 32;  // so many steps before ASCII and errors are looked for again
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    std::uint64_t state = state_;
    while (true) {
        if ((state & k_state_mask) == k_start) at = skip_ascii(at, end);
        if (at == end) break;
        const char* const stop = at + std::min(k_block, end - at);
        for (; at != stop; ++at)
            state = step(state, *at);
        if ((state & k_state_mask) == k_error) break;
    }
    state_ = static_cast<std::uint8_t>(state & k_state_mask);
    return state_ != k_error;
}

bool is_valid_utf8(std::string_view bytes) noexcept {
    Utf8Validator validator;
    return validator.feed(bytes) && validator.finished();
}

std::size_t utf8_prefix(std::string_view bytes, std::size_t limit) noexcept {
    std::size_t whole = 0;
    std::uint64_t state = k_start;
    for (std::size_t i = 0; i < std::min(bytes.size(), limit); ++i) {
        state = step(state, bytes[i]);
        if ((state & k_state_mask) == k_error) break;
        if ((state & k_state_mask) == k_start) whole = i + 1;
    }
    return whole;
}

}  // namespace zanhu::ws
