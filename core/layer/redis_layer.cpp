#include "core/layer/redis_layer.h"

#include <utility>

#include "core/base/on_loop.h"
#include "core/layer/name_check.h"
#include "core/layer/redis_shard.h"

namespace zanhu::layer {

namespace {

Counter undeliverable("layer_redis_undeliverable_total",
                      "Messages to a channel of this process whose receiver is gone");

constexpr char k_metric[] = "layer_send_seconds";
constexpr char k_metric_help[] = "Messages to a channel or a group, until they are delivered";
Histogram sends(k_metric, k_metric_help, k_latency_bounds, "layer=\"redis\",to=\"channel\"");
Histogram group_sends(k_metric, k_metric_help, k_latency_bounds, "layer=\"redis\",to=\"group\"");

}  // namespace

RedisLayer::RedisLayer(RedisOptions options,
                       net::EpollLoop& home,
                       std::span<EventLoop* const> loops,
                       WorkerPool& resolver)
    : NetworkLayer(home, loops, options.hosts.size(), "", {sends, undeliverable}),
      node_(std::move(options), home, groups_),
      tasks_(home),
      members_(node_, tasks_),
      sender_(node_),
      nodes_(node_, sender_),
      backlog_(home, node_.options.backlog, node_.options.backlog_bytes),
      dispatcher_(node_, backlog_, nodes_, tasks_),
      general_(node_) {
    for (std::size_t i = 0; i < node_.options.hosts.size(); ++i) {
        shards_.push_back(std::make_unique<RedisShard>(*this, i, resolver));
        node_.shards.push_back(&shards_.back()->commands());
    }
}

RedisLayer::~RedisLayer() = default;

void RedisLayer::begin() {
    tasks_.start(dispatcher_.run(cancel_.token()));
    for (const auto& shard : shards_)
        shard->start();
}

Task<void> RedisLayer::end() {
    ending_ = true;
    cancel_.cancel();
    backlog_.arrivals().notify();
    general_.wake();
    for (const auto& shard : shards_)
        co_await shard->stop_receiving();
    co_await tasks_.all();
    for (const auto& shard : shards_)
        co_await shard->leave();
}

Task<void> RedisLayer::send_away(std::string channel, SharedMessage message) {
    return sender_.send(std::move(channel), std::move(message));
}

Task<SharedMessage> RedisLayer::receive(std::string channel, CancelToken token) {
    check_channel(channel);
    return general_.receive(std::move(channel), token);
}

std::string RedisLayer::membership(std::string group, const Channel& channel) const {
    return RedisMembers::key_of(node_, group, channel.name());
}

Task<void> RedisLayer::join(std::string key) {
    return members_.announce(std::move(key));
}

Task<std::size_t> RedisLayer::group_send(std::string group, LayerMessage message) {
    check_group(group);
    const Stopwatch watch(group_sends);
    SharedMessage shared(std::move(message));
    Task<std::vector<std::string>> sending = sender_.group_send(group, shared);
    std::vector<std::string> own = co_await on_loop(node_.loop, std::move(sending));
    co_return co_await deliver_here(std::move(group), std::move(own), std::move(shared));
}

Task<std::size_t> RedisLayer::deliver_here(std::string group,
                                           std::vector<std::string> own,
                                           SharedMessage message) {
    ProcessGroups::Targets targets;
    if (groups_.number_of(group) != 0) targets.groups.push_back(std::move(group));
    for (std::string& local : own) {
        if (groups_.is_channel(local)) targets.channels.push_back(std::move(local));
    }
    co_return co_await groups_.deliver(std::move(targets), std::move(message));
}

Task<std::size_t> RedisLayer::group_send_everywhere(std::string group, LayerMessage message) {
    check_group(group);
    SharedMessage shared(std::move(message));
    std::vector<std::string> own;
    Task<Reach> sending = nodes_.group_send(group, shared, own);
    const Reach reach = co_await on_loop(node_.loop, std::move(sending));
    const std::size_t here = co_await deliver_here(std::move(group), std::move(own), std::move(shared));
    co_return reach.taken + here;
}

// On the loop of the member that left last, perhaps as it is destroyed.
void RedisLayer::on_vacated(const std::string& key, std::uint64_t number) {
    node_.loop.post([this, key, number] { members_.withdraw(key, number); });
}

}  // namespace zanhu::layer
