#include "core/ws/deflate_pool.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace zanhu::ws {
namespace {

// One is in use at a time unless messages arrive in pieces.
constexpr std::size_t k_free_inflaters = 8;
// A larger buffer was one large message's and goes back to the allocator.
constexpr std::size_t k_kept_buffer = std::size_t{64} << 10;

void shrink(PieceBuffer& buffer) noexcept {
    if (buffer.capacity() > k_kept_buffer) buffer = PieceBuffer();
}

}  // namespace

DeflatePool::~DeflatePool() {
    assert(contexts_.empty() && connections_ == 0 && unfinished_ == 0);
}

std::size_t DeflatePool::held_contexts() const noexcept {
    return static_cast<std::size_t>(std::count_if(contexts_.begin(), contexts_.end(), [](const Context* one) {
        return one->deflater || one->inflater;
    }));
}

Deflater& DeflatePool::shared_deflater(unsigned window_bits) {
    SharedDeflater& shared = shared_[window_bits];
    shared.used = true;
    if (shared.deflater == nullptr) {
        shared.deflater = std::make_unique<Deflater>(window_bits, options_.effort);
    } else {
        shared.deflater->reset();
    }
    return *shared.deflater;
}

std::unique_ptr<Inflater> DeflatePool::take_inflater(unsigned window_bits) {
    if (inflaters_.empty()) return std::make_unique<Inflater>(window_bits);
    std::unique_ptr<Inflater> inflater = std::move(inflaters_.back());
    inflaters_.pop_back();
    inflater->reset(window_bits);
    return inflater;
}

void DeflatePool::give_inflater(std::unique_ptr<Inflater> inflater) {
    if (inflaters_.size() < k_free_inflaters) inflaters_.push_back(std::move(inflater));
}

std::unique_ptr<DeflatePool::Context> DeflatePool::make_context() {
    auto context = std::make_unique<Context>();
    context->index = contexts_.size();
    contexts_.push_back(context.get());
    return context;
}

void DeflatePool::remove(Context& context) noexcept {
    contexts_[context.index] = contexts_.back();
    contexts_[context.index]->index = context.index;
    contexts_.pop_back();
}

bool DeflatePool::release(Context& context) {
    const bool held = context.deflater != nullptr || context.inflater != nullptr;
    context.deflater.reset();
    if (context.inflater != nullptr) {
        context.window = std::make_unique<std::string>(context.inflater->window());
        give_inflater(std::move(context.inflater));
    }
    return held;
}

std::size_t DeflatePool::sweep() {
    std::size_t released = 0;
    for (Context* const context : contexts_) {
        const bool idle = !std::exchange(context->used, false) && !context->inflating;
        if (idle && release(*context)) ++released;
    }
    for (SharedDeflater& shared : shared_) {
        if (!std::exchange(shared.used, false)) shared.deflater.reset();
    }
    shrink(inflated_);
    shrink(deflated_);
    return released;
}

}  // namespace zanhu::ws
