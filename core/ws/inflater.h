#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/ws/piece_buffer.h"

namespace zanhu::ws {

enum class [[nodiscard]] InflateStatus : std::uint8_t { done, too_big, malformed };

/// Inflates the messages of one peer (RFC 7692 7.2.2), one behind the other, in pieces cut anywhere. Holds
/// about 8 KiB, and a window of up to 32 KiB from the first message on. Owned by a connection, or lent to one
/// by its loop's DeflatePool; one thread at a time.
class Inflater {
public:
    /// `window_bits`: 8 to 15. Throws std::bad_alloc.
    explicit Inflater(unsigned window_bits);
    Inflater(const Inflater&) = delete;  // zlib's state points back to its stream
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater();

    /// Inflates a piece of a message to the end of `out`, which grows to `bound` bytes at most: too_big is
    /// known before more memory than that is spent. Anything but done is final until reset(). Throws
    /// std::bad_alloc. REQUIRES: out.size() <= bound.
    InflateStatus feed(std::string_view piece, PieceBuffer& out, std::size_t bound);
    /// The message has ended. Malformed when its data has not.
    InflateStatus finish();

    /// Forgets all history; the next message uses a window of that size.
    void reset(unsigned window_bits);
    /// The history that a later message may refer to.
    [[nodiscard]] std::string window();
    /// Goes on as one whose window() was that. REQUIRES: just made or reset.
    void restore(std::string_view window);

private:
    z_stream stream_{};
    bool fed_ = false;    // the message under way is not empty
    bool final_ = false;  // and its last block so far was marked as the last of all
};

}  // namespace zanhu::ws
