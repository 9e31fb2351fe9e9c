#include "core/layer/general_channels.h"

#include <zanhu/errors.h>

#include "core/base/metrics.h"

namespace zanhu::layer {

namespace {

// Names come from applications, not from clients; more than this many with messages in them is a leak of
// names.
constexpr std::size_t k_max_channels = 10'000;

Counter expired("layer_expired_total",
                "Messages of general channels that nobody received before they expired");
Counter full("layer_full_total", "Messages refused because a general channel held its capacity");

Gauge queued("layer_queued_messages", "Messages of general channels that wait for a receiver");

}  // namespace

/// One receiver: lives in the frame of receive(). `message` is set on the receiver's own loop.
struct GeneralChannels::Waiting {
    Waiting(GeneralChannels& channels, const std::string& name, CancelToken cancel_token)
        : owner(channels), channel(name), token(cancel_token), cancel(&Waiting::cancelled, this) {}

    bool await_ready() const noexcept { return token.cancelled(); }
    bool await_suspend(std::coroutine_handle<> handle) {
        awaiter = handle;
        home = EventLoop::current();
        const std::lock_guard lock(owner.mutex_);
        message = owner.take(channel);
        if (message) return false;
        owner.queues_[channel].receivers.push_back(this);
        listed = true;
        token.register_callback(cancel);
        return true;
    }
    SharedMessage await_resume() {
        if (!message) throw Cancelled();
        return std::move(message);
    }

    static void cancelled(void* self) {
        auto& waiting = *static_cast<Waiting*>(self);
        {
            const std::lock_guard lock(waiting.owner.mutex_);
            if (!waiting.listed) return;  // a message is on its way here and will be handed over
            Queue& queue = waiting.owner.queues_[waiting.channel];
            queue.receivers.remove(&waiting);
            if (queue.receivers.empty() && queue.messages.empty())
                waiting.owner.queues_.erase(waiting.channel);
        }
        waiting.awaiter.resume();
    }

    GeneralChannels& owner;
    const std::string& channel;
    CancelToken token;
    CancelCallback cancel;
    EventLoop* home = nullptr;
    std::coroutine_handle<> awaiter;
    SharedMessage message;
    bool listed = false;  // guarded by owner.mutex_
};

void GeneralChannels::send(const std::string& channel, SharedMessage message) {
    const std::lock_guard lock(mutex_);
    if (queues_.size() >= k_max_channels && !queues_.contains(channel)) drop_all_expired();
    if (queues_.size() >= k_max_channels && !queues_.contains(channel)) {
        full.add();
        throw ChannelFull("more than " + std::to_string(k_max_channels) +
                          " channels hold messages that nobody receives");
    }
    Queue& queue = queues_[channel];
    if (!queue.receivers.empty()) {
        give_to_receiver(channel, queue, std::move(message));
        return;
    }
    drop_expired(queue);
    if (queue.messages.size() >= capacity_) {
        full.add();
        throw ChannelFull("the channel '" + channel + "' holds its capacity of " + std::to_string(capacity_) +
                          " messages: start more workers or raise [channel_layer] capacity");
    }
    queue.messages.push_back(Stored{std::chrono::steady_clock::now() + expiry_, std::move(message)});
    queued.add();
}

bool GeneralChannels::offer(const std::string& channel, SharedMessage message) {
    const std::lock_guard lock(mutex_);
    const auto found = queues_.find(channel);
    if (found == queues_.end() || found->second.receivers.empty()) return false;
    give_to_receiver(channel, found->second, std::move(message));
    return true;
}

void GeneralChannels::give_to_receiver(const std::string& channel, Queue& queue, SharedMessage message) {
    Waiting* waiting = queue.receivers.front();
    queue.receivers.pop_front();
    waiting->listed = false;
    if (queue.receivers.empty() && queue.messages.empty()) queues_.erase(channel);
    waiting->home->post([waiting, message = std::move(message)]() mutable {
        waiting->cancel.unregister();
        waiting->message = std::move(message);
        waiting->awaiter.resume();
    });
}

Task<SharedMessage> GeneralChannels::receive(std::string channel, CancelToken token) {
    Waiting waiting(*this, channel, token);
    co_return co_await waiting;
}

SharedMessage GeneralChannels::take(const std::string& channel) {
    const auto found = queues_.find(channel);
    if (found == queues_.end()) return {};
    drop_expired(found->second);
    SharedMessage message;
    if (!found->second.messages.empty()) {
        message = std::move(found->second.messages.front().message);
        found->second.messages.pop_front();
        queued.take();
    }
    if (found->second.messages.empty() && found->second.receivers.empty()) queues_.erase(found);
    return message;
}

void GeneralChannels::drop_expired(Queue& queue) {
    const auto now = std::chrono::steady_clock::now();
    while (!queue.messages.empty() && queue.messages.front().until <= now) {
        queue.messages.pop_front();
        queued.take();
        expired.add();
    }
}

void GeneralChannels::drop_all_expired() {
    for (auto it = queues_.begin(); it != queues_.end();) {
        drop_expired(it->second);
        it = it->second.messages.empty() && it->second.receivers.empty() ? queues_.erase(it) : std::next(it);
    }
}

}  // namespace zanhu::layer
