#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <zanhu/channel_layer.h>
#include <zanhu/event_loop.h>

namespace zanhu::layer {

/// One loop's channels and groups: who is in which, and the fan-out to them. Owned by a layer; that loop's
/// thread only. A receiver may join, leave and vanish while a message is being delivered to its group.
class LocalGroups {
public:
    /// Called when a group gets its first member here, and when it has lost its last.
    using OnChange = std::function<void(const std::string& group, bool occupied)>;

    LocalGroups(std::string name_prefix, EventLoop& loop, OnChange on_change);
    LocalGroups(const LocalGroups&) = delete;
    LocalGroups& operator=(const LocalGroups&) = delete;
    ~LocalGroups();

    std::unique_ptr<Channel::State> open(Inbox& inbox);
    void add(const std::string& group, const Channel& channel);
    void discard(const std::string& group, const Channel& channel);

    /// Returns how many members took it.
    std::size_t deliver_to_group(const std::string& group, const SharedMessage& message);
    /// `number` is what follows the name prefix in the channel's name.
    DeliverResult deliver_to_channel(std::uint64_t number, const SharedMessage& message);
    /// To the members of several groups and to single channels, to each channel once. Returns how many took
    /// it.
    std::size_t deliver(const std::vector<std::string>& groups,
                        const std::vector<std::uint64_t>& numbers,
                        const SharedMessage& message);
    /// To every channel. Returns how many took it.
    std::size_t deliver_to_all(const SharedMessage& message);

private:
    class LocalChannel;
    struct Group;
    struct Membership;

    void leave(Membership& membership);
    void drop_if_empty(Group& group);

    const std::string name_prefix_;
    EventLoop& loop_;
    const OnChange on_change_;
    std::uint64_t next_number_ = 1;
    std::unordered_map<std::uint64_t, LocalChannel*> channels_;
    std::unordered_map<std::string, std::unique_ptr<Group>> groups_;
};

}  // namespace zanhu::layer
