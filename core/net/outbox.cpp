#include "core/net/outbox.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "core/base/metrics.h"

namespace zanhu::net {

namespace {

constexpr std::size_t k_kept_bytes =
    std::size_t{64} * 1024;  // a larger buffer was a burst's and goes back to the allocator
constexpr std::size_t k_kept_pieces = 256;

Gauge backlog("outbox_pending_bytes", "Bytes that wait for clients who read more slowly than zanhu writes");

}  // namespace

void Outbox::append(std::string_view bytes) {
    copied_.append(bytes);
    note_copied(bytes.size());
}

void Outbox::append(std::string_view header, std::string_view payload) {
    copied_.append(header).append(payload);
    note_copied(header.size() + payload.size());
}

void Outbox::note_copied(std::size_t length) {
    size_ += length;
    if (piece_ < pieces_.size() && pieces_.back().shared == nullptr) {
        pieces_.back().length += length;
    } else {
        pieces_.push_back(Piece{nullptr, length});
    }
}

void Outbox::append(SharedBytes bytes) {
    const std::size_t length = bytes->size();
    size_ += length;
    pieces_.push_back(Piece{std::move(bytes), length});
}

std::size_t Outbox::gather(std::span<iovec> vectors) const noexcept {
    std::size_t used = 0;
    const char* copied = copied_.data() + copied_done_;
    std::size_t done = piece_done_;
    for (std::size_t i = piece_; i < pieces_.size() && used < vectors.size(); ++i) {
        const Piece& piece = pieces_[i];
        const std::size_t left = piece.length - done;
        const char* start = piece.shared == nullptr ? copied : piece.shared->data() + done;
        if (piece.shared == nullptr) copied += left;
        done = 0;
        if (left > 0) vectors[used++] = iovec{const_cast<char*>(start), left};
    }
    return used;
}

void Outbox::consume(std::size_t count) noexcept {
    assert(count <= size_);
    size_ -= count;
    while (count > 0) {
        Piece& piece = pieces_[piece_];
        const std::size_t step = std::min(count, piece.length - piece_done_);
        if (piece.shared == nullptr) copied_done_ += step;
        piece_done_ += step;
        count -= step;
        if (piece_done_ == piece.length) {
            piece.shared.reset();
            ++piece_;
            piece_done_ = 0;
        }
    }
    if (size_ == 0) {
        copied_.clear();
        pieces_.clear();
        copied_done_ = piece_ = piece_done_ = 0;
    } else if (copied_done_ > k_kept_bytes && copied_done_ > copied_.size() / 2) {
        copied_.erase(0, copied_done_);
        copied_done_ = 0;
    }
    if (piece_ > k_kept_pieces) {
        pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(piece_));
        piece_ = 0;
    }
}

void Outbox::note_backlog() noexcept {
    backlog.add(static_cast<std::int64_t>(size_ - noted_));
    noted_ = size_;
}

void Outbox::reset() noexcept {
    if (noted_ > 0) backlog.take(static_cast<std::int64_t>(std::exchange(noted_, 0)));
    copied_.clear();
    pieces_.clear();
    copied_done_ = piece_ = piece_done_ = size_ = 0;
    if (copied_.capacity() > k_kept_bytes) copied_.shrink_to_fit();
    if (pieces_.capacity() > k_kept_pieces) pieces_.shrink_to_fit();
}

}  // namespace zanhu::net
