#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zanhu::net {

/// A frame or payload that several outboxes point to: immutable, freed with the last of them. Any thread.
using SharedBytes = std::shared_ptr<const std::string>;

/// What waits to be written to one stream, in order: runs of small bytes, copied together, and whole buffers
/// that are only pointed to. Lent to a stream by its loop while it has something to write, so that an idle
/// connection holds none. Loop thread only.
class Outbox {
public:
    void append(std::string_view bytes);
    /// A frame's header and its payload, both copied.
    void append(std::string_view header, std::string_view payload);
    /// Points to `bytes` instead of copying them.
    void append(SharedBytes bytes);

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }

    /// Fills `vectors` with the next pieces to write and returns how many it used.
    std::size_t gather(std::span<iovec> vectors) const noexcept;
    /// The first `count` bytes were written. REQUIRES: count <= size().
    void consume(std::size_t count) noexcept;
    /// What is left after a write is the peer's backlog: counted here, and no longer after reset().
    void note_backlog() noexcept;
    /// Forgets everything; keeps a moderate amount of memory for the next user.
    void reset() noexcept;

private:
    void note_copied(std::size_t length);

    struct Piece {
        SharedBytes shared;  // null: the next `length` bytes of copied_
        std::size_t length;
    };

    std::string copied_;
    std::size_t copied_done_ = 0;
    std::vector<Piece> pieces_;
    std::size_t piece_ = 0;       // the first that is not written whole
    std::size_t piece_done_ = 0;  // how much of it is
    std::size_t size_ = 0;
    std::size_t noted_ = 0;  // of the backlog
};

}  // namespace zanhu::net
