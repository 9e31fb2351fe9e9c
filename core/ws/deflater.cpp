#include "core/ws/deflater.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <limits>
#include <new>
#include <span>

namespace zanhu::ws {
namespace {

constexpr std::size_t k_tail_size = 4;  // 00 00 FF FF at the end of every flush: the peer adds it again

}  // namespace

Deflater::Deflater(unsigned window_bits, DeflateEffort effort) {
    const int raw = -static_cast<int>(std::max(window_bits, k_smallest_window));
    if (deflateInit2(&stream_, effort.level, Z_DEFLATED, raw, effort.memory_level, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        throw std::bad_alloc();
    }
}

Deflater::~Deflater() {
    deflateEnd(&stream_);
}

void Deflater::compress(std::string_view message, PieceBuffer& out) {
    constexpr std::size_t k_unbounded = std::numeric_limits<std::size_t>::max() / 2;
    constexpr std::size_t k_flush = 16;  // what a flush adds to the bound of the data
    assert(!message.empty() && message.size() <= k_largest_message);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
    stream_.avail_in = static_cast<uInt>(message.size());
    std::size_t wanted = deflateBound(&stream_, message.size()) + k_flush;
    do {  // once, but for a zlib whose bound is none for a flush
        const std::span<char> room = out.room(wanted, k_unbounded);
        const auto size =
            static_cast<uInt>(std::min<std::size_t>(room.size(), std::numeric_limits<uInt>::max()));
        stream_.next_out = reinterpret_cast<Bytef*>(room.data());
        stream_.avail_out = size;
        deflate(&stream_, Z_SYNC_FLUSH);
        out.commit(size - stream_.avail_out);
        wanted = k_flush;
    } while (stream_.avail_out == 0);
    out.truncate(out.size() - k_tail_size);
}

void Deflater::reset() noexcept {
    deflateReset(&stream_);
}

}  // namespace zanhu::ws
