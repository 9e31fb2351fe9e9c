#pragma once

#include <zlib.h>

#include <cstddef>
#include <string_view>

#include "core/ws/piece_buffer.h"

namespace zanhu::ws {

/// How hard a server compresses; see zlib's deflateInit2.
struct DeflateEffort {
    int level = 1;         ///< 1 (fast) to 9 (small)
    int memory_level = 8;  ///< 1 to 9: 2^(level + 9) bytes, beside four times the window
};

/// Compresses messages (RFC 7692 7.2.1), one behind the other: each may refer to those before it, until
/// reset(). Holds 256 KiB with a window of 15 bits and memory level 8. Owned by a connection, or shared by
/// those of a loop who reset it for every message; one thread at a time.
class Deflater {
public:
    /// zlib compresses raw data with a window of 2^9 bytes or more. With that one its matches reach back
    /// 2^9 - 262 bytes (MAX_DIST in zlib's deflate.h), so that a window of 2^8 holds them as well.
    static constexpr unsigned k_smallest_window = 9;

    /// `window_bits`: 8, which is taken for 9, to 15. Throws std::bad_alloc.
    Deflater(unsigned window_bits, DeflateEffort effort);
    Deflater(const Deflater&) = delete;  // zlib's state points back to its stream
    Deflater& operator=(const Deflater&) = delete;
    ~Deflater();

    /// Adds a whole message's payload, compressed, to the end of `out`. Throws std::bad_alloc. REQUIRES: one
    /// byte (an empty message behind another has no compressed form of its own) to k_largest_message.
    void compress(std::string_view message, PieceBuffer& out);
    static constexpr std::size_t k_largest_message = std::size_t{1} << 31;
    /// Forgets all history.
    void reset() noexcept;

private:
    z_stream stream_{};
};

}  // namespace zanhu::ws
