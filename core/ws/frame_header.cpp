#include "core/ws/frame_header.h"

#include <cstring>

namespace zanhu::ws {
namespace {

std::string_view first_byte_error(unsigned byte) noexcept {
    const unsigned opcode = byte & 0x0F;
    if ((opcode > 2 && opcode < 8) || opcode > 10) return "reserved opcode: use 0, 1, 2, 8, 9 or 10";
    if (opcode >= 8 && (byte & 0x80) == 0) return "control frame in fragments: send it as one frame";
    return {};
}

std::string_view second_byte_error(unsigned byte, bool control) noexcept {
    if ((byte & 0x80) == 0) return "unmasked frame: a client masks every frame";
    if (control && (byte & 0x7F) > k_max_control_payload) {
        return "control frame over 125 bytes: send at most 125";
    }
    return {};
}

std::uint64_t big_endian(const unsigned char* at, unsigned bytes) noexcept {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i)
        value = value << 8 | at[i];
    return value;
}

std::string_view length_error(std::uint64_t length, unsigned length_bytes) noexcept {
    if (length_bytes == 2 && length < 126) return "length in 16 bits though 7 hold it: use the shortest form";
    if (length_bytes == 8 && length <= 0xFFFF) {
        return "length in 64 bits though 16 hold it: use the shortest form";
    }
    if (length >> 63 != 0) return "length with its highest bit set: it has to be 0";
    return {};
}

}  // namespace

HeaderStatus parse_client_header(std::string_view bytes,
                                 FrameHeader& header,
                                 std::string_view& error) noexcept {
    if (bytes.empty()) return HeaderStatus::incomplete;
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    error = first_byte_error(at[0]);
    if (!error.empty()) return HeaderStatus::invalid;
    if (bytes.size() < 2) return HeaderStatus::incomplete;
    header.fin = (at[0] & 0x80) != 0;
    header.reserved = (at[0] >> 4) & 7;
    header.opcode = static_cast<Opcode>(at[0] & 0x0F);
    error = second_byte_error(at[1], is_control(header.opcode));
    if (!error.empty()) return HeaderStatus::invalid;

    header.length = at[1] & 0x7F;
    const unsigned length_bytes = header.length < 126 ? 0 : header.length == 126 ? 2 : 8;
    if (bytes.size() < 2 + length_bytes) return HeaderStatus::incomplete;
    if (length_bytes != 0) {
        header.length = big_endian(at + 2, length_bytes);
        error = length_error(header.length, length_bytes);
        if (!error.empty()) return HeaderStatus::invalid;
    }
    header.size = static_cast<std::uint8_t>(2 + length_bytes + sizeof header.key);
    if (bytes.size() < header.size) return HeaderStatus::incomplete;
    std::memcpy(&header.key, at + 2 + length_bytes, sizeof header.key);
    return HeaderStatus::complete;
}

}  // namespace zanhu::ws
