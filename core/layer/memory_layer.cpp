#include "core/layer/memory_layer.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cassert>
#include <charconv>

#include <zanhu/errors.h>
#include <zanhu/event_loop.h>
#include <zanhu/names.h>

#include "core/base/across_loops.h"
#include "core/base/metrics.h"

namespace zanhu::layer {

namespace {

Counter undeliverable("layer_undeliverable_total", "Messages to a channel whose receiver is gone");

constexpr char k_metric[] = "layer_send_seconds";
constexpr char k_metric_help[] = "Messages to a channel or a group, until they are delivered";
Histogram sends(k_metric, k_metric_help, k_latency_bounds, "layer=\"memory\",to=\"channel\"");
Histogram group_sends(k_metric, k_metric_help, k_latency_bounds, "layer=\"memory\",to=\"group\"");

std::string new_prefix() {
    static constexpr char k_hex[] = "0123456789abcdef";
    unsigned char random[16];
    if (RAND_bytes(random, sizeof random) != 1) throw Error("the system gives no random numbers");
    std::string prefix = "specific.";
    for (const unsigned char byte : random) {
        prefix += k_hex[byte >> 4];
        prefix += k_hex[byte & 15];
    }
    return prefix + '!';
}

void check_group(const std::string& group) {
    if (is_valid_group_name(group)) return;
    throw InvalidName(
        "'" + group +
        "' cannot name a group: use ASCII letters, digits, '-', '_' and '.', fewer than 100 of them");
}

void check_channel(const std::string& channel) {
    if (is_valid_channel_name(channel)) return;
    throw InvalidName(
        "'" + channel +
        "' cannot name a channel: use ASCII letters, digits, '-', '_' and '.', and at most one '!'");
}

}  // namespace

MemoryLayer::MemoryLayer(Options options, std::span<EventLoop* const> loops)
    : prefix_(new_prefix()), general_(options.capacity, options.expiry) {
    for (std::size_t i = 0; i < loops.size(); ++i) {
        auto on_change = [this, i](const std::string& group, bool occupied) {
            group_changed(i, group, occupied);
        };
        shards_.push_back(Shard{loops[i],
                                std::make_unique<LocalGroups>(
                                    prefix_ + std::to_string(i) + ".", *loops[i], std::move(on_change))});
    }
}

MemoryLayer::~MemoryLayer() = default;

LocalGroups& MemoryLayer::groups_on(const EventLoop* loop) {
    const auto found = std::find_if(
        shards_.begin(), shards_.end(), [loop](const Shard& shard) { return shard.loop == loop; });
    if (found == shards_.end()) throw Error("a channel layer is used on the thread of one of its loops");
    return *found->groups;
}

Channel MemoryLayer::open_channel(Inbox& inbox) {
    return Channel(groups_on(EventLoop::current()).open(inbox));
}

Task<void> MemoryLayer::send(std::string channel, LayerMessage message) {
    check_channel(channel);
    const Stopwatch watch(sends);
    const SharedMessage shared(std::move(message));
    if (channel.find('!') == std::string::npos) {
        general_.send(channel, shared);
        co_return;
    }
    std::uint64_t number = 0;
    DeliverResult result = DeliverResult::ignored;
    if (EventLoop* loop = find_channel(channel, number)) {
        auto deliver = [this, number, &shared, &result](EventLoop& here) -> std::size_t {
            result = groups_on(&here).deliver_to_channel(number, shared);
            return 1;
        };
        std::vector<EventLoop*> loops(1, loop);
        co_await on_loops(std::move(loops), deliver);
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
    groups_on(EventLoop::current()).add(group, channel);
    co_return;
}

Task<void> MemoryLayer::group_discard(std::string group, const Channel& channel) {
    groups_on(EventLoop::current()).discard(group, channel);
    co_return;
}

Task<std::size_t> MemoryLayer::group_send(std::string group, LayerMessage message) {
    check_group(group);
    const Stopwatch watch(group_sends);
    const SharedMessage shared(std::move(message));
    auto deliver = [this, &group, &shared](EventLoop& here) {
        return groups_on(&here).deliver_to_group(group, shared);
    };
    co_return co_await on_loops(loops_of(group), deliver);
}

void MemoryLayer::group_changed(std::size_t shard, const std::string& group, bool occupied) {
    const std::lock_guard lock(mutex_);
    auto& loops = occupied_[group];
    loops.resize(shards_.size());
    loops[shard] = occupied;
    if (std::none_of(loops.begin(), loops.end(), [](bool has) { return has; })) occupied_.erase(group);
}

std::vector<EventLoop*> MemoryLayer::loops_of(const std::string& group) {
    std::vector<EventLoop*> loops;
    const std::lock_guard lock(mutex_);
    const auto found = occupied_.find(group);
    if (found == occupied_.end()) return loops;
    for (std::size_t i = 0; i < found->second.size(); ++i) {
        if (found->second[i]) loops.push_back(shards_[i].loop);
    }
    return loops;
}

EventLoop* MemoryLayer::find_channel(std::string_view name, std::uint64_t& number) const {
    if (!name.starts_with(prefix_)) return nullptr;
    name.remove_prefix(prefix_.size());
    const char* const end = name.data() + name.size();
    std::size_t shard = 0;
    const auto parsed_shard = std::from_chars(name.data(), end, shard);
    if (parsed_shard.ec != std::errc() || parsed_shard.ptr == end || *parsed_shard.ptr != '.') return nullptr;
    const auto parsed_number = std::from_chars(parsed_shard.ptr + 1, end, number, 16);
    const bool whole = parsed_number.ec == std::errc() && parsed_number.ptr == end;
    return whole && shard < shards_.size() ? shards_[shard].loop : nullptr;
}

}  // namespace zanhu::layer
