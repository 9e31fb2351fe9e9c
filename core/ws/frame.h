#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/ws/close_code.h"

namespace zanhu::ws {

/// RFC 6455 5.2. Bit 3 marks control frames; the values not named here are reserved.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

[[nodiscard]] constexpr bool is_control(Opcode opcode) noexcept {
    return (static_cast<unsigned>(opcode) & 8) != 0;
}

inline constexpr std::size_t k_max_server_header = 10;  ///< two bytes and a 64-bit length
inline constexpr std::size_t k_max_client_header = 14;  ///< the same and the masking key

/// Writes the header of a server's (unmasked) frame to `out`, which has room for k_max_server_header bytes,
/// and returns its length. REQUIRES: for a control frame, fin and a length of at most 125.
std::size_t encode_header(char* out, Opcode opcode, bool fin, bool rsv1, std::uint64_t length) noexcept;

/// A whole server's frame, header and payload. REQUIRES: as encode_header.
[[nodiscard]] std::string encode_frame(Opcode opcode, std::string_view payload);

/// A whole close frame; see close_payload() for what becomes of code and reason.
[[nodiscard]] std::string encode_close_frame(CloseCode code, std::string_view reason = {});

/// A client's (masked) frame, for tests and load generators. The key is the four bytes of the wire as they
/// lie in memory. REQUIRES: as encode_header.
[[nodiscard]] std::string encode_client_frame(
    Opcode opcode, std::string_view payload, std::uint32_t key, bool fin = true, bool rsv1 = false);

/// RFC 6455 5.3: masks or unmasks `n` bytes in place. The key is the four bytes of the wire as they lie in
/// memory (memcpy); `offset` is how many bytes of the frame's payload came before `data`. Returns whether
/// what comes out is ASCII.
bool unmask(char* data, std::size_t n, std::uint32_t key, std::size_t offset) noexcept;

/// The same from one place to another: `to` is not behind `from`, or they do not overlap.
bool unmask_into(char* to, const char* from, std::size_t n, std::uint32_t key, std::size_t offset) noexcept;

}  // namespace zanhu::ws
