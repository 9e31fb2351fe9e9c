#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/ws/frame.h"

namespace zanhu::ws {

/// The header of a client's frame (RFC 6455 5.2), as read.
struct FrameHeader {
    std::uint64_t length = 0;  ///< of the payload, in bytes
    std::uint32_t key = 0;     ///< as it lies in memory; see unmask()
    Opcode opcode = Opcode::continuation;
    std::uint8_t reserved = 0;  ///< RSV1 = 4, RSV2 = 2, RSV3 = 1
    std::uint8_t size = 0;      ///< of the header itself
    bool fin = false;
};

enum class [[nodiscard]] HeaderStatus : std::uint8_t { complete, incomplete, invalid };

/// Reads a client's frame header from the front of `bytes`. What is wrong with the bytes at hand is found
/// before the rest is there; every `invalid` is a protocol error (1002), and `error` then says what to do.
/// The reserved bits are not judged here: their meaning depends on what was negotiated.
HeaderStatus parse_client_header(std::string_view bytes,
                                 FrameHeader& header,
                                 std::string_view& error) noexcept;

}  // namespace zanhu::ws
