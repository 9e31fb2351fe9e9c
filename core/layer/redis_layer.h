#pragma once

#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <zanhu/channel_layer.h>
#include <zanhu/worker_pool.h>

#include "core/base/task_set.h"
#include "core/layer/process_groups.h"
#include "core/layer/redis_dispatcher.h"
#include "core/layer/redis_general.h"
#include "core/layer/redis_members.h"
#include "core/layer/redis_node.h"
#include "core/layer/redis_nodes.h"
#include "core/layer/redis_receiver.h"
#include "core/layer/redis_sender.h"

namespace zanhu::layer {

class RedisShard;

/// The channel layer over Redis in the format of channels_redis.core: this process is one more client beside
/// Django's. Whatever the load, a host has two connections, and a third once something is received from a
/// general channel; all live on one loop. A group has one name here, whatever the number of its members, and
/// the fan-out happens inside. Owned by the daemon.
///
/// A message goes to Redis first and then to the members of this process, by the loop of its sender: all
/// receivers get one sender's messages in the order in which they were sent, each once.
class RedisLayer final : public ChannelLayer, private ProcessGroups::Listener {
public:
    /// `home`: where its connections live, one of `loops`, which must all outlive it. Throws ConfigError for
    /// a pattern that is none.
    RedisLayer(RedisOptions options,
               net::EpollLoop& home,
               std::span<EventLoop* const> loops,
               WorkerPool& resolver);
    ~RedisLayer() override;

    /// Connects, as soon as the home loop runs. Any thread.
    void start();
    /// Leaves Redis: removes what is this process's, and closes the connections. Ready when nothing of it is
    /// left on its loop, which must run until then. Any other thread; to be awaited before the loops end.
    std::shared_future<void> stop();
    /// Why it does not work at the moment; empty: it does. Any thread.
    std::string problem() const;

    Channel open_channel(Inbox& inbox) override;
    Task<void> send(std::string channel, LayerMessage message) override;
    Task<SharedMessage> receive(std::string channel, CancelToken token) override;
    Task<void> group_add(std::string group, const Channel& channel) override;
    Task<void> group_discard(std::string group, const Channel& channel) override;
    /// Done when Redis has taken it and every loop of this process has delivered. Throws BackendUnavailable,
    /// and then nobody of this process got it.
    Task<std::size_t> group_send(std::string group, LayerMessage message) override;

    /// What a broadcast of another node does here. Before start().
    void on_broadcast(RedisNodes::Broadcast broadcast) { nodes_.on_broadcast(std::move(broadcast)); }
    /// To every connection of all other nodes; returns how many took it. Nodes that do not say so in time are
    /// logged. Throws BackendUnavailable.
    Task<std::size_t> broadcast_to_others(LayerMessage message);
    /// As group_send, and returns how many members of all nodes took it; those in Django are not counted.
    Task<std::size_t> group_send_everywhere(std::string group, LayerMessage message);

private:
    friend class RedisShard;

    Task<std::size_t> deliver_here(std::string group, std::vector<std::string> own, SharedMessage message);
    void on_vacated(const std::string& key, std::uint64_t number) override;
    Task<void> end();
    Task<void> tell_of_gap();
    void set_problem(std::size_t shard, const std::string& problem);

    ProcessGroups groups_;
    RedisNode node_;
    TaskSet tasks_;
    RedisMembers members_;
    RedisSender sender_;
    RedisNodes nodes_;
    RedisBacklog backlog_;
    RedisDispatcher dispatcher_;
    RedisGeneral general_;
    std::vector<std::unique_ptr<RedisShard>> shards_;
    CancelSource cancel_;
    bool ending_ = false;
    Task<void> end_;
    std::promise<void> ended_;
    std::shared_future<void> ended_future_;
    std::atomic<bool> stop_asked_{false};
    mutable std::mutex mutex_;           // guards problems_
    std::vector<std::string> problems_;  // by shard
};

}  // namespace zanhu::layer
