#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/ws/deflate_agreement.h"
#include "core/ws/deflater.h"
#include "core/ws/inflater.h"
#include "core/ws/piece_buffer.h"

namespace zanhu::ws {

/// How the compression of a loop's connections is done.
struct DeflateOptions {
    DeflateEffort effort;
    std::size_t threshold = 256;  ///< bytes; a smaller message is sent as it is
    std::size_t max_unfinished =
        std::size_t{64} << 20;  ///< bytes that compressed messages may hold while their rest is awaited
};

/// What the connections of one loop share of permessage-deflate: a compressor for each size of window,
/// inflaters to lend, buffers; and a list of the contexts that connections have of their own. Owned by the
/// loop, on its thread.
class DeflatePool {
public:
    /// The histories of one connection, where they are taken over from message to message.
    struct Context {
        std::unique_ptr<Deflater> deflater;
        std::unique_ptr<Inflater> inflater;
        std::unique_ptr<std::string> window;  ///< of the inflater, while that is given back
        std::size_t index = 0;                ///< the pool's
        bool stale = false;                   ///< the peer's window is not the deflater's history any more
        bool used = false;                    ///< since the last sweep()
        bool inflating = false;               ///< a message is half there
    };

    explicit DeflatePool(const DeflateOptions& options) : options_(options) {}
    DeflatePool(const DeflatePool&) = delete;
    DeflatePool& operator=(const DeflatePool&) = delete;
    ~DeflatePool();

    [[nodiscard]] const DeflateOptions& options() const noexcept { return options_; }
    [[nodiscard]] std::size_t connections() const noexcept { return connections_; }
    /// Of those, they that may take a context over, whether they have one or not.
    [[nodiscard]] std::size_t takeovers() const noexcept { return takeovers_; }
    /// And of those, the ones that hold a compressor or an inflater.
    [[nodiscard]] std::size_t held_contexts() const noexcept;
    [[nodiscard]] std::size_t unfinished_bytes() const noexcept { return unfinished_; }

    /// Gives back what was not used since the last sweep, or the one before: compressors, which may forget
    /// their history at any time, and inflaters, of which the window is kept, because the peer may refer to
    /// it for ever. Returns how many contexts gave something back.
    std::size_t sweep();

    /// Where a whole message is inflated to; valid until the next one.
    [[nodiscard]] PieceBuffer& inflated() noexcept { return inflated_; }

private:
    friend class Deflate;
    friend class Inflation;

    struct SharedDeflater {
        std::unique_ptr<Deflater> deflater;
        bool used = false;
    };

    // Compressed are messages from the threshold on, up to what zlib takes in one piece; never an empty one.
    [[nodiscard]] bool worth_it(std::size_t size) const noexcept {
        return size > 0 && size >= options_.threshold && size <= Deflater::k_largest_message;
    }
    Deflater& shared_deflater(unsigned window_bits);
    std::unique_ptr<Inflater> take_inflater(unsigned window_bits);
    void give_inflater(std::unique_ptr<Inflater> inflater);
    std::unique_ptr<Context> make_context();
    void remove(Context& context) noexcept;
    bool release(Context& context);

    DeflateOptions options_;
    std::array<SharedDeflater, k_max_window_bits + 1> shared_;  // by window bits
    std::vector<std::unique_ptr<Inflater>> inflaters_;
    std::vector<Context*> contexts_;
    PieceBuffer inflated_;
    PieceBuffer deflated_;
    std::size_t connections_ = 0;
    std::size_t takeovers_ = 0;
    std::size_t unfinished_ = 0;
};

}  // namespace zanhu::ws
