#include "core/ws/inflater.h"

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <span>
#include <utility>

#include "core/ws/deflate_agreement.h"

namespace zanhu::ws {
namespace {

// RFC 7692 7.2.1 takes these from the end of every message: the body of an empty block without compression.
constexpr std::string_view k_tail("\0\0\xFF\xFF", 4);

// data_type of a stream that Z_BLOCK stopped between two blocks and two bytes.
constexpr int k_behind_block = 128;

constexpr std::size_t k_least_room = 512;

// zlib promises not to write to its input, and takes it by a pointer that is not const all the same.
Bytef* as_input(std::string_view bytes) noexcept {
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

int raw(unsigned window_bits) noexcept {
    return -static_cast<int>(window_bits);  // negative: deflate without zlib's header and checksum
}

}  // namespace

Inflater::Inflater(unsigned window_bits) {
    if (inflateInit2(&stream_, raw(window_bits)) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() {
    inflateEnd(&stream_);
}

InflateStatus Inflater::feed(std::string_view piece, PieceBuffer& out, std::size_t bound) {
    if (piece.empty()) return InflateStatus::done;
    fed_ = true;
    stream_.next_in = as_input(piece);
    stream_.avail_in = static_cast<uInt>(piece.size());
    while (true) {
        if (final_) {
            // A block marked as the last may stand in the middle of a message (7.2.3.4). The window stays.
            if (stream_.avail_in == 0) return InflateStatus::done;
            inflateResetKeep(&stream_);
            final_ = false;
        }
        // One byte of room above the bound tells a message that is too big from one that just fits.
        const std::span<char> room =
            out.room(std::max(k_least_room, 4 * std::size_t{stream_.avail_in}), bound + 1);
        const auto size =
            static_cast<uInt>(std::min<std::size_t>(room.size(), std::numeric_limits<uInt>::max()));
        stream_.next_out = reinterpret_cast<Bytef*>(room.data());
        stream_.avail_out = size;
        const int result = inflate(&stream_, Z_SYNC_FLUSH);
        out.commit(size - stream_.avail_out);
        if (result == Z_MEM_ERROR) throw std::bad_alloc();
        if (out.size() > bound) return InflateStatus::too_big;
        if (result == Z_STREAM_END) {
            final_ = true;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            return InflateStatus::malformed;
        } else if (stream_.avail_out > 0) {
            return InflateStatus::done;  // zlib stops before its output is full for want of input only
        }
    }
}

InflateStatus Inflater::finish() {
    const bool empty = !std::exchange(fed_, false);
    if (empty) return InflateStatus::done;
    if (std::exchange(final_, false)) {
        // Some compressors leave out the empty block that belongs behind a last one.
        inflateResetKeep(&stream_);
        return InflateStatus::done;
    }
    std::array<Bytef, 8> nothing;
    stream_.next_in = as_input(k_tail);
    stream_.avail_in = k_tail.size();
    stream_.next_out = nothing.data();
    stream_.avail_out = nothing.size();
    const int result = inflate(&stream_, Z_BLOCK);
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    // The tail has to be what it is meant to be: in data that is cut off it would be taken for something
    // else.
    const bool whole = result == Z_OK && stream_.avail_in == 0 && stream_.avail_out == nothing.size() &&
                       stream_.data_type == k_behind_block;
    return whole ? InflateStatus::done : InflateStatus::malformed;
}

void Inflater::reset(unsigned window_bits) {
    if (inflateReset2(&stream_, raw(window_bits)) != Z_OK) throw std::bad_alloc();
    fed_ = final_ = false;
}

std::string Inflater::window() {
    std::string window(std::size_t{1} << k_max_window_bits, '\0');
    uInt size = 0;
    inflateGetDictionary(&stream_, reinterpret_cast<Bytef*>(window.data()), &size);
    window.resize(size);
    window.shrink_to_fit();
    return window;
}

void Inflater::restore(std::string_view window) {
    const int result = inflateSetDictionary(&stream_, as_input(window), static_cast<uInt>(window.size()));
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
}

}  // namespace zanhu::ws
