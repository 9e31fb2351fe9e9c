#include "core/layer/memory_layer.h"

#include <utility>

#include <zanhu/errors.h>

#include "core/base/metrics.h"
#include "core/layer/name_check.h"
#include "core/layer/redis_names.h"

namespace zanhu::layer {

namespace {

Counter undeliverable("layer_undeliverable_total", "Messages to a channel whose receiver is gone");

constexpr char k_metric[] = "layer_send_seconds";
constexpr char k_metric_help[] = "Messages to a channel or a group, until they are delivered";
Histogram sends(k_metric, k_metric_help, k_latency_bounds, "layer=\"memory\",to=\"channel\"");
Histogram group_sends(k_metric, k_metric_help, k_latency_bounds, "layer=\"memory\",to=\"group\"");

}  // namespace

MemoryLayer::MemoryLayer(Options options, std::span<EventLoop* const> loops)
    : groups_(loops, nullptr), general_(options.capacity, options.expiry) {}

MemoryLayer::~MemoryLayer() = default;

Channel MemoryLayer::open_channel(Inbox& inbox) {
    return groups_.open(inbox);
}

Task<void> MemoryLayer::send(std::string channel, LayerMessage message) {
    check_channel(channel);
    const Stopwatch watch(sends);
    const SharedMessage shared(std::move(message));
    if (channel.find('!') == std::string::npos) {
        general_.send(channel, shared);
        co_return;
    }
    DeliverResult result = DeliverResult::ignored;
    if (groups_.is_own(channel)) {
        std::string local(local_part(channel));
        result = co_await groups_.deliver_to_channel(std::move(local), shared);
    }
    if (result == DeliverResult::ignored) undeliverable.add();
    if (result == DeliverResult::refused)
        throw ChannelFull("the receiver behind '" + channel + "' is full or closing");
}

Task<SharedMessage> MemoryLayer::receive(std::string channel, CancelToken token) {
    check_channel(channel);
    return general_.receive(std::move(channel), token);
}

Task<void> MemoryLayer::group_add(std::string group, const Channel& channel) {
    check_group(group);
    groups_.add(group, channel);
    co_return;
}

Task<void> MemoryLayer::group_discard(std::string group, const Channel& channel) {
    groups_.discard(group, channel);
    co_return;
}

Task<std::size_t> MemoryLayer::group_send(std::string group, LayerMessage message) {
    check_group(group);
    const Stopwatch watch(group_sends);
    SharedMessage shared(std::move(message));
    co_return co_await groups_.deliver_to_group(std::move(group), std::move(shared));
}

}  // namespace zanhu::layer
