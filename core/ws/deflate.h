#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/ws/deflate_agreement.h"
#include "core/ws/deflate_pool.h"
#include "core/ws/frame.h"

namespace zanhu::ws {

/// permessage-deflate (RFC 7692) on one connection for which it was agreed on. Owned by the connection, on
/// its loop's thread. It is small: what a message needs is lent by the pool, and only where a context is
/// taken over (the history of one message used by the next) does the connection get one of its own, with its
/// first compressed message, until the pool finds it idle.
class Deflate {
public:
    /// `pool` must outlive it.
    Deflate(DeflatePool& pool, const DeflateParameters& parameters);
    Deflate(const Deflate&) = delete;
    Deflate& operator=(const Deflate&) = delete;
    ~Deflate();

    [[nodiscard]] const DeflateParameters& parameters() const noexcept { return parameters_; }
    [[nodiscard]] DeflatePool& pool() noexcept { return pool_; }

    /// A whole frame (RSV1 set) of a message to this peer, valid until the pool is used again; empty when the
    /// message is better sent as it is: it is below the threshold, or does not get smaller.
    [[nodiscard]] std::string_view compress(Opcode opcode, std::string_view message);

    /// Names the shared_frame() of this message: equal for all connections of all loops whose peers
    /// understand the same one, 1 to k_variants; 0 when it is better sent as it is to everyone.
    [[nodiscard]] unsigned variant(std::string_view message) const noexcept;
    static constexpr unsigned k_variants = k_max_window_bits - k_min_window_bits;
    /// A whole frame for every connection of this variant, compressed without history or, where that does not
    /// help, not at all. REQUIRES: variant() is not 0.
    [[nodiscard]] std::string shared_frame(Opcode opcode, std::string_view message);
    /// Such a frame goes to this peer: what its window holds from now on is not what our compressor knows.
    void sends_shared(std::string_view frame) noexcept;

private:
    friend class Inflation;

    [[nodiscard]] unsigned zlib_window_bits() const noexcept;
    Deflater& compressor();

    DeflatePool& pool_;
    std::unique_ptr<DeflatePool::Context> context_;  // null: none is taken over, or none was needed so far
    DeflateParameters parameters_;
};

/// One compressed message from a peer, from its first byte to its last. Holds what the message needs of the
/// pool, and gives it back. One at a time for each Deflate, which must outlive it.
class Inflation {
public:
    /// Throws std::bad_alloc.
    explicit Inflation(Deflate& deflate);
    Inflation(const Inflation&) = delete;
    Inflation& operator=(const Inflation&) = delete;
    ~Inflation();

    /// As Inflater::feed().
    InflateStatus feed(std::string_view piece, PieceBuffer& out, std::size_t bound) {
        return inflater_->feed(piece, out, bound);
    }
    InflateStatus finish() { return inflater_->finish(); }

    /// The message waits for its rest and holds so many bytes meanwhile. False when the unfinished messages
    /// of all connections would hold more than the pool allows.
    [[nodiscard]] bool keep(std::size_t bytes) noexcept;

private:
    Deflate& deflate_;
    std::unique_ptr<Inflater> lent_;  // null: the connection's own
    Inflater* inflater_;
    std::size_t kept_ = 0;
};

}  // namespace zanhu::ws
