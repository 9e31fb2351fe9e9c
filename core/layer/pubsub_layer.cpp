#include "core/layer/pubsub_layer.h"

#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/base/metrics.h"
#include "core/base/on_loop.h"
#include "core/layer/name_check.h"
#include "core/layer/pubsub_shard.h"

namespace zanhu::layer {

namespace {

Counter sent("layer_pubsub_sent_total", "Messages published to channels of Redis");
Counter undeliverable("layer_pubsub_undeliverable_total", "Messages to a channel that nobody listens to");
LimitedLog log("zanhu.layer");

constexpr char k_metric[] = "layer_send_seconds";
constexpr char k_metric_help[] = "Messages to a channel or a group, until they are delivered";
Histogram sends(k_metric, k_metric_help, k_latency_bounds, "layer=\"pubsub\",to=\"channel\"");
Histogram group_sends(k_metric, k_metric_help, k_latency_bounds, "layer=\"pubsub\",to=\"group\"");

// Names come from applications, not from clients; more than this many is a leak of names.
constexpr std::size_t k_max_general = 10'000;
constexpr std::chrono::seconds k_before_joining_again{1};

}  // namespace

PubSubLayer::PubSubLayer(RedisOptions options,
                         net::EpollLoop& home,
                         std::span<EventLoop* const> loops,
                         WorkerPool& resolver)
    : NetworkLayer(home, loops, options.hosts.size(), options.prefix, {sends, undeliverable}),
      node_(std::move(options), home, groups_),
      tasks_(home),
      echoes_(home, node_.options.hosts.front().max_calls),
      nodes_(node_, tasks_),
      general_(node_.options.capacity, node_.options.expiry),
      dispatcher_(node_, echoes_, nodes_, general_) {
    for (std::size_t i = 0; i < node_.options.hosts.size(); ++i)
        node_.shards.push_back(shards_.emplace_back(std::make_unique<PubSubShard>(*this, i, resolver)).get());
}

PubSubLayer::~PubSubLayer() = default;

void PubSubLayer::begin() {
    tasks_.start(dispatcher_.run(cancel_.token()));
    for (const auto& shard : shards_)
        shard->start();
}

Task<void> PubSubLayer::end() {
    ending_ = true;
    cancel_.cancel();
    dispatcher_.wake();
    for (const auto& shard : shards_)
        co_await shard->stop();
    co_await tasks_.all();
}

Task<void> PubSubLayer::send_away(std::string channel, SharedMessage message) {
    PubSubShard& shard = node_.shard_of(channel);
    std::string payload = node_.seal(message->fields());
    const std::size_t receivers = co_await shard.publish(std::move(channel), std::move(payload));
    sent.add();
    if (receivers == 0) undeliverable.add();
}

Task<SharedMessage> PubSubLayer::receive(std::string channel, CancelToken token) {
    check_channel(channel);
    Task<void> listening = listen(channel);
    co_await on_loop(node_.loop, std::move(listening));
    co_return co_await general_.receive(std::move(channel), token);
}

// For as long as the layer lives: between two calls of receive() nothing may be lost.
Task<void> PubSubLayer::listen(std::string channel) {
    if (received_from_.contains(channel)) co_return;
    if (received_from_.size() >= k_max_general)
        throw Error("messages are received from more than " + std::to_string(k_max_general) + " channels");
    received_from_.insert(channel);
    try {
        co_await node_.shard_of(channel).subscribe(channel);
    } catch (const Error& error) {
        log.warning("channel '" + channel + "' is not subscribed to yet: " + std::string(error.what()));
    }
}

Task<void> PubSubLayer::join(std::string group) {
    const std::uint64_t number = groups_.number_of(group);
    if (number == 0 || groups_.is_announced(group)) co_return;
    const std::string channel = node_.keys.pubsub_group(group);
    try {
        co_await node_.shard_of(channel).subscribe(channel);
        groups_.set_announced(group, number);
    } catch (const Error& error) {
        log.warning("group '" + group + "' is not joined in Redis yet: " + std::string(error.what()));
        // With the next connection all are joined.
        if (node_.shard_of(channel).is_connected()) tasks_.start(join_later(std::move(group)));
    }
}

Task<void> PubSubLayer::join_later(std::string group) {
    try {
        co_await node_.loop.sleep_for(k_before_joining_again, cancel_.token());
    } catch (const Cancelled&) {
        co_return;
    }
    co_await join(std::move(group));
}

// On the loop of the member that left last, perhaps as it is destroyed.
void PubSubLayer::on_vacated(const std::string& group, std::uint64_t) {
    node_.loop.post([this, group] { tasks_.start(leave(group)); });
}

Task<void> PubSubLayer::leave(std::string group) {
    if (groups_.number_of(group) != 0) co_return;  // it has members again
    const std::string channel = node_.keys.pubsub_group(group);
    try {
        co_await node_.shard_of(channel).unsubscribe(channel);
    } catch (const Error&) {
        co_return;  // with the connection the subscription is gone
    }
    echoes_.settle_all(channel);
    nodes_.vacated(group);
}

Task<std::size_t> PubSubLayer::group_send(std::string group, LayerMessage message) {
    check_group(group);
    const Stopwatch watch(group_sends);
    SharedMessage shared(std::move(message));
    Task<std::size_t> sending = publish_to_group(std::move(group), std::move(shared), nullptr);
    co_return co_await on_loop(node_.loop, std::move(sending));
}

/// Returns how many members of this process took it; with `others`, also how many elsewhere.
Task<std::size_t> PubSubLayer::publish_to_group(std::string group, SharedMessage message, Reach* others) {
    std::string channel = node_.keys.pubsub_group(group);
    std::string payload = node_.seal(message->fields());
    PubSubShard& shard = node_.shard_of(channel);
    if (others != nullptr || groups_.number_of(group) != 0) co_await shard.settled();
    const bool comes_back = groups_.is_announced(group);
    if (!comes_back)
        co_return co_await publish(shard, std::move(group), std::move(channel), std::move(payload), others);
    PubSubEchoes::Echo echo(echoes_, channel, payload);
    co_await publish(shard, std::move(group), std::move(channel), payload, others);
    co_return co_await echo.taken(node_.options.hosts.front().timeout);
}

/// Always 0: what comes back is counted by its echo.
Task<std::size_t> PubSubLayer::publish(
    PubSubShard& shard, std::string group, std::string channel, std::string payload, Reach* others) {
    sent.add();
    if (others == nullptr) {
        co_await shard.publish(std::move(channel), std::move(payload));
        co_return 0;
    }
    NodeQuestions::Question question(nodes_.questions());
    std::string ahead = nodes_.ahead_of(group, payload, question.reply_to());
    const std::size_t asked = co_await shard.publish_behind(
        node_.keys.nodes(), std::move(ahead), std::move(channel), std::move(payload));
    question.expect(asked > 0 ? asked - 1 : 0);  // this one hears it too
    *others = co_await question.answers();
    co_return 0;
}

Task<std::size_t> PubSubLayer::group_send_everywhere(std::string group, LayerMessage message) {
    check_group(group);
    SharedMessage shared(std::move(message));
    Reach others;
    Task<std::size_t> sending = publish_to_group(std::move(group), std::move(shared), &others);
    const std::size_t here = co_await on_loop(node_.loop, std::move(sending));
    co_return here + others.taken;
}

bool PubSubLayer::is_on(std::size_t shard, std::string_view channel) const {
    return &node_.shard_of(channel) == node_.shards[shard];
}

std::vector<std::string> PubSubLayer::channels_of(std::size_t shard,
                                                  const std::vector<ProcessGroups::Occupied>& groups) const {
    std::vector<std::string> channels(1, node_.keys.nodes());
    for (const auto& occupied : groups) {
        std::string channel = node_.keys.pubsub_group(occupied.group);
        if (is_on(shard, channel)) channels.push_back(std::move(channel));
    }
    for (const std::string& channel : received_from_) {
        if (is_on(shard, channel)) channels.push_back(channel);
    }
    return channels;
}

void PubSubLayer::on_settled(std::size_t shard, const std::vector<ProcessGroups::Occupied>& groups) {
    for (const auto& occupied : groups) {
        if (is_on(shard, node_.keys.pubsub_group(occupied.group)))
            groups_.set_announced(occupied.group, occupied.number);
    }
}

void PubSubLayer::on_lost(std::size_t shard, const std::string& why) {
    const auto concerned = [this, shard](const std::string& channel) { return is_on(shard, channel); };
    groups_.forget_announced(
        [&](const std::string& group) { return concerned(node_.keys.pubsub_group(group)); });
    echoes_.fail_all(concerned, "Redis was lost while a group message was on its way: " + why);
}

}  // namespace zanhu::layer
