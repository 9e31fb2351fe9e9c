#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <zanhu/cancellation.h>
#include <zanhu/worker_pool.h>

#include "core/base/task_set.h"
#include "core/layer/general_channels.h"
#include "core/layer/network_layer.h"
#include "core/layer/process_groups.h"
#include "core/layer/pubsub_dispatcher.h"
#include "core/layer/pubsub_echoes.h"
#include "core/layer/pubsub_node.h"
#include "core/layer/pubsub_nodes.h"

namespace zanhu::layer {

class PubSubShard;

/// The channel layer over Redis in the format of channels_redis.pubsub: nothing is stored, everything is
/// passed on at once. A host has two connections, which live on one loop: one for what is published, and one
/// that is subscribed to one pattern for all channels of this process, to each group that has members here,
/// and to the general channels that somebody here has received from. Owned by the daemon.
///
/// A group message reaches the members of this process, its sender's as well, when it comes back from Redis:
/// so all members of one group, in every process, get its messages in one order.
class PubSubLayer final : public NetworkLayer {
public:
    /// As RedisLayer's.
    PubSubLayer(RedisOptions options,
                net::EpollLoop& home,
                std::span<EventLoop* const> loops,
                WorkerPool& resolver);
    ~PubSubLayer() override;

    /// Every process that receives from a channel gets a copy of each message; what is sent before its first
    /// call is not heard.
    Task<SharedMessage> receive(std::string channel, CancelToken token) override;
    /// Done when it has come back from Redis and every loop of this process has delivered. Throws
    /// BackendUnavailable; then it is not known whether anybody got it.
    Task<std::size_t> group_send(std::string group, LayerMessage message) override;
    Task<std::size_t> group_send_everywhere(std::string group, LayerMessage message) override;

private:
    friend class PubSubShard;

    NetworkNodes& nodes() noexcept override { return nodes_; }
    void on_vacated(const std::string& group, std::uint64_t number) override;

    // On the home loop.
    void begin() override;
    Task<void> end() override;
    Task<void> send_away(std::string channel, SharedMessage message) override;
    Task<void> join(std::string group) override;
    Task<std::size_t> publish_to_group(std::string group, SharedMessage message, Reach* others);
    Task<std::size_t> publish(
        PubSubShard& shard, std::string group, std::string channel, std::string payload, Reach* others);
    Task<void> join_later(std::string group);
    Task<void> leave(std::string group);
    Task<void> listen(std::string channel);
    void on_lost(std::size_t shard, const std::string& why);
    void on_settled(std::size_t shard, const std::vector<ProcessGroups::Occupied>& groups);
    /// What that host is to be subscribed to.
    std::vector<std::string> channels_of(std::size_t shard,
                                         const std::vector<ProcessGroups::Occupied>& groups) const;
    bool is_on(std::size_t shard, std::string_view channel) const;

    PubSubNode node_;
    TaskSet tasks_;
    PubSubEchoes echoes_;
    PubSubNodes nodes_;
    GeneralChannels general_;
    PubSubDispatcher dispatcher_;
    std::vector<std::unique_ptr<PubSubShard>> shards_;
    std::set<std::string> received_from_;  // general channels; home loop
    CancelSource cancel_;
    bool ending_ = false;
};

}  // namespace zanhu::layer
