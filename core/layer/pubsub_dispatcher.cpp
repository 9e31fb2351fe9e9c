#include "core/layer/pubsub_dispatcher.h"

#include <chrono>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>
#include <zanhu/next_turn.h>

#include "core/base/metrics.h"
#include "core/layer/network_layer.h"
#include "core/layer/pubsub_shard.h"

namespace zanhu::layer {

namespace {

Counter received("layer_pubsub_received_total", "Messages that came from channels of Redis");
Counter stalls("layer_backlog_full_total", "Times that the backlog was full, and messages waited in Redis");
Counter unreadable("layer_unreadable_total",
                   "Messages in Redis that could not be read: another serializer or key, or damaged");
Counter unknown("layer_unknown_receivers_total", "Receivers named in a message that are not here any more");
LimitedLog log("zanhu.layer");

// So long the loop is kept from what else it has to do.
constexpr std::chrono::milliseconds k_turn{1};

}  // namespace

PubSubDispatcher::PubSubDispatcher(PubSubNode& node,
                                   PubSubEchoes& echoes,
                                   PubSubNodes& nodes,
                                   GeneralChannels& general)
    : node_(node),
      echoes_(echoes),
      nodes_(nodes),
      general_(general),
      group_prefix_(node.keys.pubsub_group("")),
      nodes_channel_(node.keys.nodes()),
      arrivals_(node.loop) {}

void PubSubDispatcher::push(std::string channel, std::string payload) {
    received.add();
    bytes_ += queue_.emplace_back(std::move(channel), std::move(payload)).size();
    arrivals_.notify();
    if (!full(1)) return;
    if (!std::exchange(paused_, true)) {
        stalls.add();
        log.warning(
            "messages come faster than they can be delivered: [channel_layer] backlog is full, and they wait "
            "in Redis, which closes the connection when its client-output-buffer-limit for pubsub is "
            "reached");
    }
    for (PubSubShard* shard : node_.shards)
        shard->pause();
}

void PubSubDispatcher::push_gap() {
    queue_.emplace_back("", "");
    arrivals_.notify();
}

/// Whether 1/share of what may wait does.
bool PubSubDispatcher::full(std::size_t share) const noexcept {
    return queue_.size() >= node_.options.backlog / share || bytes_ >= node_.options.backlog_bytes / share;
}

PubSubDispatcher::Arrival PubSubDispatcher::pop() {
    Arrival arrival = std::move(queue_.front());
    queue_.pop_front();
    bytes_ -= arrival.size();
    if (paused_ && (queue_.empty() || !full(2))) {
        paused_ = false;
        for (PubSubShard* shard : node_.shards)
            shard->resume();
    }
    return arrival;
}

Task<void> PubSubDispatcher::run(CancelToken token) {
    auto begun = node_.loop.now();
    while (!token.cancelled()) {
        if (queue_.empty()) {
            co_await arrivals_.wait();
            begun = std::chrono::steady_clock::now();
            continue;
        }
        try {
            co_await deliver(pop());
        } catch (const std::exception& error) {
            log.warning("a message from Redis was not delivered: " + std::string(error.what()));
        }
        if (std::chrono::steady_clock::now() - begun < k_turn) continue;
        NextTurn next_turn(node_.loop);
        co_await next_turn;
        begun = std::chrono::steady_clock::now();
    }
}

Task<void> PubSubDispatcher::deliver(Arrival arrival) {
    if (arrival.channel.empty())
        co_return co_await NetworkLayer::tell_of_gap(node_.groups, node_.options.close_after_gap);
    std::optional<ValueMap> fields = node_.codec.open(arrival.payload);
    if (!fields || fields->find_text("type") == nullptr) {
        unreadable.add();
        throw Error(
            "it cannot be read; serializer_format and symmetric_encryption_keys must be the same everywhere, "
            "and it must be a map with a `type`");
    }
    if (arrival.channel == nodes_channel_) {
        nodes_.take_from_all(std::move(*fields));
    } else if (node_.groups.is_own(arrival.channel)) {
        co_await deliver_to_channel(std::move(arrival.channel), std::move(*fields));
    } else if (arrival.channel.starts_with(group_prefix_)) {
        co_await deliver_to_group(std::move(arrival.channel), std::move(arrival.payload), std::move(*fields));
    } else {
        SharedMessage message(LayerMessage::from(std::move(*fields)));
        general_.send(arrival.channel, std::move(message));
    }
}

Task<void> PubSubDispatcher::deliver_to_group(std::string channel, std::string payload, ValueMap fields) {
    const std::uint64_t echo = echoes_.match(channel, payload);
    const std::string group = channel.substr(group_prefix_.size());
    SharedMessage message(LayerMessage::from(std::move(fields)));
    const std::size_t taken = co_await node_.groups.deliver_to_group(group, std::move(message));
    echoes_.settle(echo, taken);
    nodes_.delivered(group, payload, taken);
}

Task<void> PubSubDispatcher::deliver_to_channel(std::string channel, ValueMap fields) {
    std::string local = channel.substr(node_.groups.prefix().size());
    if (local == k_node_channel) {
        nodes_.take(std::move(fields));
        co_return;
    }
    SharedMessage message(LayerMessage::from(std::move(fields)));
    const DeliverResult result =
        co_await node_.groups.deliver_to_channel(std::move(local), std::move(message));
    if (result == DeliverResult::ignored) unknown.add();
}

}  // namespace zanhu::layer
