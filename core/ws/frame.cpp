#include "core/ws/frame.h"

#include <bit>
#include <cassert>
#include <cstring>

namespace zanhu::ws {
namespace {

char* put_big_endian(char* out, std::uint64_t value, unsigned bytes) noexcept {
    for (unsigned left = bytes; left > 0; --left)
        *out++ = static_cast<char>(value >> (8 * (left - 1)));
    return out;
}

std::uint32_t rotate_key(std::uint32_t key, std::size_t offset) noexcept {
    const auto bits = static_cast<int>(8 * (offset & 3));
    return std::endian::native == std::endian::little ? std::rotr(key, bits) : std::rotl(key, bits);
}

constexpr std::uint64_t k_not_ascii = 0x8080808080808080U;

/// What is left to unmask, and every bit that was set in a byte so far.
struct Unmasking {
    char* to;
    const char* from;
    std::size_t left;
    std::uint64_t key;
    std::uint64_t seen = 0;

    template <class Word>
    void word() noexcept {
        Word word;
        std::memcpy(&word, from, sizeof word);
        word ^= static_cast<Word>(key);
        seen |= word;
        std::memcpy(to, &word, sizeof word);
        advance(sizeof word);
    }
    void advance(std::size_t count) noexcept {
        to += count;
        from += count;
        left -= count;
    }
};

// As many numbers as one instruction takes, which GCC and clang both know by this name.
using Vector16 = std::uint64_t __attribute__((vector_size(16)));
using Vector32 = std::uint64_t __attribute__((vector_size(32)));

// All in local variables: what is written through a char* could otherwise be the object's own. A block is
// loaded whole before it is stored, since `to` may lie a few bytes ahead of `from`.
template <class Vector>
[[gnu::always_inline]] inline void unmask_blocks(Unmasking& part) noexcept {
    constexpr std::size_t k_block = 2 * sizeof(Vector);
    const std::size_t count = part.left / k_block;
    char* to = part.to;
    const char* from = part.from;
    const Vector key = Vector{} + part.key;
    Vector seen{};
    for (std::size_t i = 0; i < count; ++i, to += k_block, from += k_block) {
        Vector first;
        Vector second;
        std::memcpy(&first, from, sizeof first);
        std::memcpy(&second, from + sizeof first, sizeof second);
        first ^= key;
        second ^= key;
        seen |= first | second;
        std::memcpy(to, &first, sizeof first);
        std::memcpy(to + sizeof first, &second, sizeof second);
    }
    for (std::size_t i = 0; i < sizeof seen / sizeof seen[0]; ++i)
        part.seen |= seen[i];
    part.advance(count * k_block);
}

[[gnu::target("avx2")]] void unmask_wide_blocks(Unmasking& part) noexcept {
    unmask_blocks<Vector32>(part);
}

// From here on the wider instructions are worth their call.
constexpr std::size_t k_wide = 256;
const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;

}  // namespace

std::size_t encode_header(char* out, Opcode opcode, bool fin, bool rsv1, std::uint64_t length) noexcept {
    assert(!is_control(opcode) || (fin && length <= k_max_control_payload));
    char* at = out;
    *at++ = static_cast<char>((fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | static_cast<int>(opcode));
    if (length < 126) {
        *at++ = static_cast<char>(length);
    } else if (length <= 0xFFFF) {
        *at++ = 126;
        at = put_big_endian(at, length, 2);
    } else {
        *at++ = 127;
        at = put_big_endian(at, length, 8);
    }
    return static_cast<std::size_t>(at - out);
}

std::string encode_frame(Opcode opcode, std::string_view payload) {
    char header[k_max_server_header];
    const std::size_t size = encode_header(header, opcode, true, false, payload.size());
    std::string frame;
    frame.reserve(size + payload.size());
    frame.append(header, size).append(payload);
    return frame;
}

std::string encode_close_frame(CloseCode code, std::string_view reason) {
    return encode_frame(Opcode::close, close_payload(code, reason));
}

std::string encode_client_frame(
    Opcode opcode, std::string_view payload, std::uint32_t key, bool fin, bool rsv1) {
    char header[k_max_client_header];
    std::size_t size = encode_header(header, opcode, fin, rsv1, payload.size());
    header[1] = static_cast<char>(header[1] | 0x80);
    std::memcpy(header + size, &key, sizeof key);
    size += sizeof key;
    std::string frame;
    frame.reserve(size + payload.size());
    frame.append(header, size).append(payload);
    unmask(frame.data() + size, payload.size(), key, 0);
    return frame;
}

bool unmask(char* data, std::size_t n, std::uint32_t key, std::size_t offset) noexcept {
    return unmask_into(data, data, n, key, offset);
}

bool unmask_into(char* to, const char* from, std::size_t n, std::uint32_t key, std::size_t offset) noexcept {
    const std::uint32_t turned = rotate_key(key, offset);
    Unmasking part{to, from, n, std::uint64_t{turned} << 32 | turned};
    if (n >= k_wide && has_avx2) unmask_wide_blocks(part);
    unmask_blocks<Vector16>(part);
    while (part.left >= sizeof(std::uint64_t))
        part.word<std::uint64_t>();
    if (part.left >= sizeof turned) part.word<std::uint32_t>();
    const auto* const bytes = reinterpret_cast<const char*>(&turned);
    for (std::size_t i = 0; i < part.left; ++i) {
        part.to[i] = static_cast<char>(part.from[i] ^ bytes[i]);
        part.seen |= static_cast<unsigned char>(part.to[i]);
    }
    return (part.seen & k_not_ascii) == 0;
}

}  // namespace zanhu::ws
