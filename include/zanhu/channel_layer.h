#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <zanhu/cancellation.h>
#include <zanhu/inbox.h>
#include <zanhu/task.h>

namespace zanhu {

/// One receiver's place in a channel layer: a name that others can send to, and memberships in groups. Owned
/// by the receiver, on whose loop it lives. Destroying it leaves every group and gives the name up.
class Channel {
public:
    /// What a layer keeps of a channel; made by ChannelLayer::open_channel.
    class State {
    public:
        virtual ~State() = default;
        virtual std::string name() const = 0;
    };

    Channel() noexcept = default;
    explicit Channel(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
    explicit operator bool() const noexcept { return state_ != nullptr; }

    /// `specific.<process>!<channel>` (channels_redis: new_channel).
    std::string name() const { return state_->name(); }
    State& state() const noexcept { return *state_; }

private:
    std::unique_ptr<State> state_;
};

/// Messages between connections, and from and to the rest of the site (Channels: the channel layer
/// specification). One object for all loops, owned by the daemon; every member is called on a loop's thread.
/// Delivery is at most once and in order per sender. Group and channel names: ASCII letters, digits, `-`,
/// `_`, `.`; fewer than 100 characters; others throw InvalidName.
class ChannelLayer {
public:
    virtual ~ChannelLayer() = default;

    /// Local: costs no round trip. The inbox must outlive the channel.
    virtual Channel open_channel(Inbox& inbox) = 0;

    /// To one channel. A message to a `specific.` name whose receiver is gone is counted and not stored; a
    /// general channel keeps up to its capacity for `expiry`. Throws ChannelFull.
    virtual Task<void> send(std::string channel, LayerMessage message) = 0;
    /// The next message of a general channel; waits for one. Throws Cancelled.
    virtual Task<SharedMessage> receive(std::string channel, CancelToken token) = 0;

    virtual Task<void> group_add(std::string group, const Channel& channel) = 0;
    /// Does nothing when the channel is not in the group or the name cannot be one.
    virtual Task<void> group_discard(std::string group, const Channel& channel) = 0;
    /// Done when every loop of this process has delivered to its members: a sender that awaits it cannot run
    /// ahead of its receivers. Returns how many members of this process took it. Full members are counted,
    /// logged and treated by their own policy; it never throws ChannelFull.
    virtual Task<std::size_t> group_send(std::string group, LayerMessage message) = 0;
};

}  // namespace zanhu
