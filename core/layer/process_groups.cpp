#include "core/layer/process_groups.h"

#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/event_loop.h>

#include "core/base/across_loops.h"
#include "core/base/shrink_buckets.h"

namespace zanhu::layer {

namespace {

std::string new_prefix(const std::string& name_prefix) {
    static constexpr char k_hex[] = "0123456789abcdef";
    unsigned char random[16];
    if (RAND_bytes(random, sizeof random) != 1) throw Error("the system gives no random numbers");
    std::string prefix = name_prefix + "specific.";
    for (const unsigned char byte : random) {
        prefix += k_hex[byte >> 4];
        prefix += k_hex[byte & 15];
    }
    return prefix + '!';
}

void add_once(std::vector<EventLoop*>& loops, EventLoop* loop) {
    if (std::find(loops.begin(), loops.end(), loop) == loops.end()) loops.push_back(loop);
}

}  // namespace

ProcessGroups::ProcessGroups(std::span<EventLoop* const> loops,
                             Listener* listener,
                             const std::string& name_prefix)
    : prefix_(new_prefix(name_prefix)), listener_(listener) {
    for (std::size_t i = 0; i < loops.size(); ++i) {
        auto on_change = [this, i](const std::string& group, bool occupied) {
            group_changed(i, group, occupied);
        };
        shards_.push_back(Shard{loops[i],
                                std::make_unique<LocalGroups>(
                                    prefix_ + std::to_string(i) + ".", *loops[i], std::move(on_change))});
    }
}

ProcessGroups::~ProcessGroups() = default;

LocalGroups& ProcessGroups::groups_on(const EventLoop* loop) const {
    const auto found = std::find_if(
        shards_.begin(), shards_.end(), [loop](const Shard& shard) { return shard.loop == loop; });
    if (found == shards_.end()) throw Error("a channel layer is used on the thread of one of its loops");
    return *found->groups;
}

Channel ProcessGroups::open(Inbox& inbox) {
    return Channel(groups_on(EventLoop::current()).open(inbox));
}

void ProcessGroups::add(const std::string& group, const Channel& channel) {
    groups_on(EventLoop::current()).add(group, channel);
}

void ProcessGroups::discard(const std::string& group, const Channel& channel) {
    groups_on(EventLoop::current()).discard(group, channel);
}

Task<std::size_t> ProcessGroups::deliver_to_group(std::string group, SharedMessage message) {
    std::vector<EventLoop*> loops;
    add_loops_of(group, loops);
    auto job = [this, &group, &message](EventLoop& here) {
        return groups_on(&here).deliver_to_group(group, message);
    };
    co_return co_await on_loops(std::move(loops), job);
}

Task<DeliverResult> ProcessGroups::deliver_to_channel(std::string channel, SharedMessage message) {
    std::uint64_t number = 0;
    DeliverResult result = DeliverResult::ignored;
    EventLoop* const loop = find_channel(channel, number);
    if (loop == nullptr) co_return result;
    auto job = [this, number, &message, &result](EventLoop& here) -> std::size_t {
        result = groups_on(&here).deliver_to_channel(number, message);
        return 1;
    };
    std::vector<EventLoop*> loops(1, loop);
    co_await on_loops(std::move(loops), job);
    co_return result;
}

Task<std::size_t> ProcessGroups::deliver(Targets targets, SharedMessage message) {
    std::vector<EventLoop*> loops;
    std::unordered_map<EventLoop*, std::vector<std::uint64_t>> numbers;
    for (const std::string& group : targets.groups)
        add_loops_of(group, loops);
    for (const std::string& channel : targets.channels) {
        std::uint64_t number = 0;
        EventLoop* const loop = find_channel(channel, number);
        if (loop == nullptr) continue;
        add_once(loops, loop);
        numbers[loop].push_back(number);
    }
    auto job = [this, &targets, &numbers, &message](EventLoop& here) {
        const auto found = numbers.find(&here);
        static const std::vector<std::uint64_t> none;
        return groups_on(&here).deliver(
            targets.groups, found == numbers.end() ? none : found->second, message);
    };
    co_return co_await on_loops(std::move(loops), job);
}

Task<std::size_t> ProcessGroups::deliver_to_all(SharedMessage message) {
    std::vector<EventLoop*> loops;
    loops.reserve(shards_.size());
    for (const Shard& shard : shards_)
        loops.push_back(shard.loop);
    auto job = [this, &message](EventLoop& here) { return groups_on(&here).deliver_to_all(message); };
    co_return co_await on_loops(std::move(loops), job);
}

bool ProcessGroups::is_channel(std::string_view local_part) const {
    std::uint64_t number = 0;
    return find_channel(local_part, number) != nullptr;
}

void ProcessGroups::group_changed(std::size_t shard, const std::string& group, bool occupied) {
    std::uint64_t vacated = 0;
    {
        const std::lock_guard lock(mutex_);
        Occupancy& occupancy = occupied_[group];
        if (occupancy.number == 0) {
            occupancy.number = next_number_++;
            groups_by_number_.emplace(occupancy.number, group);
        }
        occupancy.loops.resize(shards_.size());
        occupancy.loops[shard] = occupied;
        const auto& loops = occupancy.loops;
        if (std::none_of(loops.begin(), loops.end(), [](bool has) { return has; })) {
            vacated = occupancy.number;
            groups_by_number_.erase(vacated);
            occupied_.erase(group);
            shrink_buckets(groups_by_number_);
            shrink_buckets(occupied_);
        }
    }
    if (vacated != 0 && listener_ != nullptr) listener_->on_vacated(group, vacated);
}

void ProcessGroups::add_loops_of(const std::string& group, std::vector<EventLoop*>& loops) const {
    const std::lock_guard lock(mutex_);
    const auto found = occupied_.find(group);
    if (found == occupied_.end()) return;
    for (std::size_t i = 0; i < found->second.loops.size(); ++i) {
        if (found->second.loops[i]) add_once(loops, shards_[i].loop);
    }
}

EventLoop* ProcessGroups::find_channel(std::string_view local_part, std::uint64_t& number) const {
    const char* const end = local_part.data() + local_part.size();
    std::size_t shard = 0;
    const auto parsed_shard = std::from_chars(local_part.data(), end, shard);
    if (parsed_shard.ec != std::errc() || parsed_shard.ptr == end || *parsed_shard.ptr != '.') return nullptr;
    const auto parsed_number = std::from_chars(parsed_shard.ptr + 1, end, number, 16);
    const bool whole = parsed_number.ec == std::errc() && parsed_number.ptr == end;
    return whole && shard < shards_.size() ? shards_[shard].loop : nullptr;
}

std::uint64_t ProcessGroups::number_of(const std::string& group) const {
    const std::lock_guard lock(mutex_);
    const auto found = occupied_.find(group);
    return found == occupied_.end() ? 0 : found->second.number;
}

std::optional<std::string> ProcessGroups::group_of(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    const auto found = groups_by_number_.find(number);
    if (found == groups_by_number_.end()) return std::nullopt;
    return found->second;
}

std::vector<ProcessGroups::Occupied> ProcessGroups::occupied() const {
    std::vector<Occupied> all;
    const std::lock_guard lock(mutex_);
    all.reserve(occupied_.size());
    for (const auto& [group, occupancy] : occupied_)
        all.emplace_back(group, occupancy.number);
    return all;
}

bool ProcessGroups::is_announced(const std::string& group) const {
    const std::lock_guard lock(mutex_);
    const auto found = occupied_.find(group);
    return found != occupied_.end() && found->second.announced;
}

bool ProcessGroups::set_announced(const std::string& group, std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    const auto found = occupied_.find(group);
    if (found == occupied_.end() || found->second.number != number) return false;
    found->second.announced = true;
    return true;
}

void ProcessGroups::forget_announced(const std::function<bool(const std::string& group)>& concerned) {
    const std::lock_guard lock(mutex_);
    for (auto& [group, occupancy] : occupied_) {
        if (concerned(group)) occupancy.announced = false;
    }
}

}  // namespace zanhu::layer
