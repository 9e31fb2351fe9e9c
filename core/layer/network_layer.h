#pragma once

#include <atomic>
#include <cstddef>
#include <future>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <zanhu/channel_layer.h>
#include <zanhu/remote_task.h>

#include "core/base/metrics.h"
#include "core/layer/network_nodes.h"
#include "core/layer/process_groups.h"
#include "core/net/epoll_loop.h"

namespace zanhu::layer {

/// A channel layer that reaches other processes over servers in between: its life on one loop, its health,
/// the channels and groups of this process, and what goes to all nodes of the site. Owned by the daemon.
class NetworkLayer : public ChannelLayer, private ProcessGroups::Listener {
public:
    /// Connects, as soon as the home loop runs. Any thread.
    void start();
    /// Leaves, and closes the connections. Ready when nothing of it is left on its loop, which must run until
    /// then. Any other thread; to be awaited before the loops end.
    std::shared_future<void> stop();
    /// Why it does not work at the moment; empty: it does. Any thread.
    std::string problem() const;

    Channel open_channel(Inbox& inbox) override { return groups_.open(inbox); }
    /// A message that nobody takes is counted. Throws BackendUnavailable.
    Task<void> send(std::string channel, LayerMessage message) override;
    /// Done when the servers know of it. While they are away it ends at once, and is made good when they are
    /// back.
    Task<void> group_add(std::string group, const Channel& channel) override;
    Task<void> group_discard(std::string group, const Channel& channel) override;

    /// What a broadcast of another node does here. Before start().
    void on_broadcast(NetworkNodes::Broadcast broadcast) { nodes().on_broadcast(std::move(broadcast)); }
    /// To every connection of all other nodes; returns how many took it. Nodes that do not say so in time are
    /// logged. Throws BackendUnavailable.
    Task<std::size_t> broadcast_to_others(LayerMessage message);
    /// As group_send, and returns how many members of all nodes took it; those in Django are not counted.
    virtual Task<std::size_t> group_send_everywhere(std::string group, LayerMessage message) = 0;

    /// Tells every consumer that messages may be missing (docs/channel_layers.md: layer.reconnected); with
    /// `close`, those that do not handle it close.
    static Task<void> tell_of_gap(ProcessGroups& groups, bool close);

protected:
    /// What a kind of layer counts under its own names.
    struct Meters {
        Histogram& sends;        ///< to a channel
        Counter& undeliverable;  ///< to a channel of this process
    };

    /// `home`: where its connections live, one of `loops`. `name_prefix`: ahead of the names of its channels.
    NetworkLayer(net::EpollLoop& home,
                 std::span<EventLoop* const> loops,
                 std::size_t hosts,
                 std::string name_prefix,
                 Meters meters);

    virtual NetworkNodes& nodes() noexcept = 0;

    // On the home loop.
    virtual void begin() = 0;
    virtual Task<void> end() = 0;
    /// To a channel that is not of this process.
    virtual Task<void> send_away(std::string channel, SharedMessage message) = 0;
    /// Makes a membership known. Never throws.
    virtual Task<void> join(std::string key) = 0;

    /// What the channel's membership of the group is called here; others may share it. Any loop.
    virtual std::string membership(std::string group, const Channel& channel) const;

    void set_problem(std::size_t host, const std::string& problem);

    ProcessGroups groups_;  // by memberships

private:
    net::EpollLoop& home_;
    const std::string name_prefix_;
    const Meters meters_;
    std::optional<detail::RemoteTask<void>> end_;
    std::promise<void> ended_;
    std::shared_future<void> ended_future_;
    std::atomic<bool> stop_asked_{false};
    mutable std::mutex mutex_;           // guards problems_
    std::vector<std::string> problems_;  // by host
};

}  // namespace zanhu::layer
