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

template <class Word>
void xor_word(char* data, std::uint64_t key) noexcept {
    Word word;
    std::memcpy(&word, data, sizeof word);
    word ^= static_cast<Word>(key);
    std::memcpy(data, &word, sizeof word);
}

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

void unmask(char* data, std::size_t n, std::uint32_t key, std::size_t offset) noexcept {
    const std::uint32_t turned = rotate_key(key, offset);
    const std::uint64_t wide = std::uint64_t{turned} << 32 | turned;
    for (; n >= 32; n -= 32, data += 32) {  // a fixed block, which compilers turn into vector instructions
        std::uint64_t words[4];
        std::memcpy(words, data, sizeof words);
        for (std::uint64_t& word : words)
            word ^= wide;
        std::memcpy(data, words, sizeof words);
    }
    for (; n >= 8; n -= 8, data += 8)
        xor_word<std::uint64_t>(data, wide);
    if (n >= 4) {
        xor_word<std::uint32_t>(data, turned);
        data += 4;
        n -= 4;
    }
    char bytes[4];
    std::memcpy(bytes, &turned, sizeof turned);
    for (std::size_t i = 0; i < n; ++i)
        data[i] = static_cast<char>(data[i] ^ bytes[i]);
}

}  // namespace zanhu::ws
