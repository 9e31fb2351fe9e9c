#pragma once

#include <atomic>
#include <cstddef>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include <zanhu/channel_layer.h>

#include "core/layer/network_nodes.h"
#include "core/layer/process_groups.h"
#include "core/net/epoll_loop.h"

namespace zanhu::layer {

/// A channel layer that reaches other processes over servers in between: its life on one loop, its health,
/// and what goes to all nodes of the site. Owned by the daemon.
class NetworkLayer : public ChannelLayer {
public:
    using Broadcast = NetworkNodes::Broadcast;

    /// Connects, as soon as the home loop runs. Any thread.
    void start();
    /// Leaves, and closes the connections. Ready when nothing of it is left on its loop, which must run until
    /// then. Any other thread; to be awaited before the loops end.
    std::shared_future<void> stop();
    /// Why it does not work at the moment; empty: it does. Any thread.
    std::string problem() const;

    /// What a broadcast of another node does here. Before start().
    virtual void on_broadcast(Broadcast broadcast) = 0;
    /// To every connection of all other nodes; returns how many took it. Nodes that do not say so in time are
    /// logged. Throws BackendUnavailable.
    virtual Task<std::size_t> broadcast_to_others(LayerMessage message) = 0;
    /// As group_send, and returns how many members of all nodes took it; those in Django are not counted.
    virtual Task<std::size_t> group_send_everywhere(std::string group, LayerMessage message) = 0;

    /// Tells every consumer that messages may be missing (docs/channel_layers.md: layer.reconnected); with
    /// `close`, those that do not handle it close.
    static Task<void> tell_of_gap(ProcessGroups& groups, bool close);

protected:
    /// `home`: where its connections live.
    NetworkLayer(net::EpollLoop& home, std::size_t hosts);

    /// On the home loop, both.
    virtual void begin() = 0;
    virtual Task<void> end() = 0;

    void set_problem(std::size_t host, const std::string& problem);

private:
    net::EpollLoop& home_;
    Task<void> end_;
    std::promise<void> ended_;
    std::shared_future<void> ended_future_;
    std::atomic<bool> stop_asked_{false};
    mutable std::mutex mutex_;           // guards problems_
    std::vector<std::string> problems_;  // by host
};

}  // namespace zanhu::layer
