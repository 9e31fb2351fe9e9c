#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <zanhu/channel_layer.h>

#include "core/layer/local_groups.h"

namespace zanhu::layer {

/// The channels and groups of one process over all its loops: each loop's own tables, and one table of which
/// loops have members of a group. Owned by a layer; outlives the loops' connections. Any loop's thread, and
/// no other.
class ProcessGroups {
public:
    /// Told when a group gets its first member of the process and when it has lost its last: on the loop
    /// where that happened. `number` is new for each time that the group is occupied.
    class Listener {
    public:
        virtual void on_vacated(const std::string& group, std::uint64_t number) = 0;

    protected:
        ~Listener() = default;
    };
    struct Occupied {
        Occupied(std::string name, std::uint64_t n) : group(std::move(name)), number(n) {}
        std::string group;
        std::uint64_t number;
    };
    /// Several receivers of one message: groups by name, channels by the local part of their names.
    struct Targets {
        Targets() = default;
        std::vector<std::string> groups;
        std::vector<std::string> channels;
    };

    /// The loops must outlive it. The listener may be null. `name_prefix`: ahead of every channel's name.
    ProcessGroups(std::span<EventLoop* const> loops, Listener* listener, const std::string& name_prefix = {});
    ~ProcessGroups();

    /// What every channel name of the process begins with: `specific.<32 hexadecimal digits>!` behind the
    /// name prefix.
    const std::string& prefix() const noexcept { return prefix_; }
    bool is_own(std::string_view channel) const noexcept { return channel.starts_with(prefix_); }

    Channel open(Inbox& inbox);
    void add(const std::string& group, const Channel& channel);
    void discard(const std::string& group, const Channel& channel);

    /// Returns how many members took it.
    Task<std::size_t> deliver_to_group(std::string group, SharedMessage message);
    /// `channel`: a name's local part. `ignored` also when there is no such channel.
    Task<DeliverResult> deliver_to_channel(std::string channel, SharedMessage message);
    /// Each channel gets it once, also one that is a member of several of the groups or named beside them.
    /// Returns how many took it.
    Task<std::size_t> deliver(Targets targets, SharedMessage message);
    Task<std::size_t> deliver_to_all(SharedMessage message);

    /// Whether a channel may be behind that local part: it has the form of one.
    bool is_channel(std::string_view local_part) const;

    /// The number that the group is occupied under; 0: it is not.
    std::uint64_t number_of(const std::string& group) const;
    /// The group that is occupied under that number.
    std::optional<std::string> group_of(std::uint64_t number) const;
    std::vector<Occupied> occupied() const;

    /// A note that a layer keeps with an occupied group: others know of it.
    bool is_announced(const std::string& group) const;
    /// False when the group is not occupied under that number any more.
    bool set_announced(const std::string& group, std::uint64_t number);
    void forget_announced(const std::function<bool(const std::string& group)>& concerned);

private:
    struct Shard {
        EventLoop* loop;
        std::unique_ptr<LocalGroups> groups;
    };
    struct Occupancy {
        std::uint64_t number = 0;
        std::vector<bool> loops;
        bool announced = false;
    };

    LocalGroups& groups_on(const EventLoop* loop) const;
    void group_changed(std::size_t shard, const std::string& group, bool occupied);
    void add_loops_of(const std::string& group, std::vector<EventLoop*>& loops) const;
    /// The loop and number of a local part; null when it is no channel's.
    EventLoop* find_channel(std::string_view local_part, std::uint64_t& number) const;

    const std::string prefix_;
    Listener* const listener_;
    std::vector<Shard> shards_;
    mutable std::mutex mutex_;  // guards what follows
    std::uint64_t next_number_ = 1;
    std::unordered_map<std::string, Occupancy> occupied_;
    std::unordered_map<std::uint64_t, std::string> groups_by_number_;
};

}  // namespace zanhu::layer
