#include "core/ws/deflate.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace zanhu::ws {
namespace {

// Compresses `message` as the only content of `out`, leaves room for a header ahead of it, and writes that
// right ahead: the frame is where the view says.
std::string_view make_frame(Deflater& deflater, Opcode opcode, std::string_view message, PieceBuffer& out) {
    out.truncate(0);
    (void)out.extend(k_max_server_header, k_max_server_header);
    deflater.compress(message, out);
    const std::string_view payload = out.view().substr(k_max_server_header);
    char header[k_max_server_header];
    const std::size_t size = encode_header(header, opcode, true, true, payload.size());
    char* const begin = out.data() + k_max_server_header - size;
    std::memcpy(begin, header, size);
    return {begin, size + payload.size()};
}

}  // namespace

Deflate::Deflate(DeflatePool& pool, const DeflateParameters& parameters)
    : pool_(pool), parameters_(parameters) {
    ++pool_.connections_;
    if (parameters_.takes_over()) ++pool_.takeovers_;
}

Deflate::~Deflate() {
    --pool_.connections_;
    if (parameters_.takes_over()) --pool_.takeovers_;
    if (context_ == nullptr) return;
    if (context_->inflater != nullptr) pool_.give_inflater(std::move(context_->inflater));
    pool_.remove(*context_);
}

unsigned Deflate::zlib_window_bits() const noexcept {
    return std::max<unsigned>(parameters_.server_max_window_bits, Deflater::k_smallest_window);
}

Deflater& Deflate::compressor() {
    if (parameters_.server_no_context_takeover) return pool_.shared_deflater(zlib_window_bits());
    if (context_ == nullptr) context_ = pool_.make_context();
    context_->used = true;
    const bool stale = std::exchange(context_->stale, false);
    if (context_->deflater == nullptr) {
        context_->deflater =
            std::make_unique<Deflater>(parameters_.server_max_window_bits, pool_.options_.effort);
    } else if (stale) {
        context_->deflater->reset();
    }
    return *context_->deflater;
}

std::string_view Deflate::compress(Opcode opcode, std::string_view message) {
    if (!pool_.worth_it(message.size())) return {};
    const std::string_view frame = make_frame(compressor(), opcode, message, pool_.deflated_);
    if (frame.size() < message.size()) return frame;
    // The peer never sees this message compressed, so later ones must not refer to it.
    if (context_ != nullptr) context_->stale = true;
    return {};
}

unsigned Deflate::variant(std::string_view message) const noexcept {
    return pool_.worth_it(message.size()) ? zlib_window_bits() - k_min_window_bits : 0;
}

std::string Deflate::shared_frame(Opcode opcode, std::string_view message) {
    Deflater& deflater = pool_.shared_deflater(zlib_window_bits());
    const std::string_view frame = make_frame(deflater, opcode, message, pool_.deflated_);
    return frame.size() < message.size() ? std::string(frame) : encode_frame(opcode, message);
}

void Deflate::sends_shared(std::string_view frame) noexcept {
    constexpr char k_rsv1 = 0x40;
    if (context_ != nullptr && (frame[0] & k_rsv1) != 0) context_->stale = true;
}

Inflation::Inflation(Deflate& deflate) : deflate_(deflate) {
    DeflatePool& pool = deflate.pool_;
    if (deflate.parameters_.client_no_context_takeover) {
        // The largest window whatever was agreed on: it costs a connection nothing, and zlib judges a match
        // that reaches too far back in one way only, wherever the message is cut.
        lent_ = pool.take_inflater(k_max_window_bits);
        inflater_ = lent_.get();
        return;
    }
    if (deflate.context_ == nullptr) deflate.context_ = pool.make_context();
    DeflatePool::Context& context = *deflate.context_;
    if (context.inflater == nullptr) {
        context.inflater = pool.take_inflater(deflate.parameters_.client_max_window_bits);
        if (context.window != nullptr) context.inflater->restore(*context.window);
        context.window.reset();
    }
    context.used = context.inflating = true;
    inflater_ = context.inflater.get();
}

Inflation::~Inflation() {
    deflate_.pool_.unfinished_ -= kept_;
    if (lent_ != nullptr) {
        deflate_.pool_.give_inflater(std::move(lent_));
    } else {
        deflate_.context_->inflating = false;
    }
}

bool Inflation::keep(std::size_t bytes) noexcept {
    std::size_t& all = deflate_.pool_.unfinished_;
    all = all - kept_ + bytes;
    kept_ = bytes;
    return all <= deflate_.pool_.options_.max_unfinished;
}

}  // namespace zanhu::ws
