#include "core/layer/network_layer.h"

#include <Poco/Logger.h>

#include <utility>

#include <zanhu/errors.h>

#include "core/base/on_loop.h"
#include "core/layer/name_check.h"

namespace zanhu::layer {

namespace {

Counter gaps("layer_gaps_total", "Times that Redis was away, so that messages may be missing");

// Channels are named with the prefix, where they are a process's own, and without it (channels_redis.pubsub).
std::string_view without(std::string_view prefix, std::string_view name) {
    return name.starts_with(prefix) && name.size() > prefix.size() ? name.substr(prefix.size()) : name;
}

}  // namespace

NetworkLayer::NetworkLayer(net::EpollLoop& home,
                           std::span<EventLoop* const> loops,
                           std::size_t hosts,
                           std::string name_prefix,
                           Meters meters)
    : groups_(loops, this, name_prefix),
      home_(home),
      name_prefix_(std::move(name_prefix)),
      meters_(meters),
      ended_future_(ended_.get_future().share()),
      problems_(hosts, "not connected to Redis yet") {}

void NetworkLayer::start() {
    home_.post([this] { begin(); });
}

std::shared_future<void> NetworkLayer::stop() {
    if (stop_asked_.exchange(true)) return ended_future_;
    end_.emplace(end());
    end_->start(
        home_, [](void* self) { static_cast<NetworkLayer*>(self)->ended_.set_value(); }, this);
    return ended_future_;
}

std::string NetworkLayer::problem() const {
    const std::lock_guard lock(mutex_);
    for (const std::string& problem : problems_) {
        if (!problem.empty()) return problem;
    }
    return {};
}

void NetworkLayer::set_problem(std::size_t host, const std::string& problem) {
    const std::lock_guard lock(mutex_);
    problems_[host] = problem;
}

Task<void> NetworkLayer::send(std::string channel, LayerMessage message) {
    check_channel(without(name_prefix_, channel));
    const Stopwatch watch(meters_.sends);
    SharedMessage shared(std::move(message));
    if (!groups_.is_own(channel)) {
        Task<void> sending = send_away(std::move(channel), std::move(shared));
        co_return co_await on_loop(home_, std::move(sending));
    }
    std::string local = channel.substr(groups_.prefix().size());
    const DeliverResult result = co_await groups_.deliver_to_channel(std::move(local), std::move(shared));
    if (result == DeliverResult::ignored) meters_.undeliverable.add();
    if (result == DeliverResult::refused)
        throw ChannelFull("the receiver behind '" + channel + "' is full or closing");
}

Task<void> NetworkLayer::group_add(std::string group, const Channel& channel) {
    check_group(group);
    std::string key = membership(std::move(group), channel);
    groups_.add(key, channel);
    if (groups_.is_announced(key)) co_return;
    Task<void> joining = join(std::move(key));
    co_await on_loop(home_, std::move(joining));
}

Task<void> NetworkLayer::group_discard(std::string group, const Channel& channel) {
    groups_.discard(membership(std::move(group), channel), channel);
    co_return;
}

std::string NetworkLayer::membership(std::string group, const Channel&) const {
    return group;
}

Task<std::size_t> NetworkLayer::broadcast_to_others(LayerMessage message) {
    SharedMessage shared(std::move(message));
    Task<Reach> sending = nodes().broadcast(std::move(shared));
    const Reach reach = co_await on_loop(home_, std::move(sending));
    co_return reach.taken;
}

Task<void> NetworkLayer::tell_of_gap(ProcessGroups& groups, bool close) {
    gaps.add();
    LayerMessage message("layer.reconnected");
    message.set("close", close);
    SharedMessage shared(std::move(message));
    const std::size_t told = co_await groups.deliver_to_all(std::move(shared));
    Poco::Logger::get("zanhu.layer")
        .notice("Redis is back: memberships are restored, and " + std::to_string(told) +
                " consumers were told that messages may be missing");
}

}  // namespace zanhu::layer
