#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <zanhu/channel_layer.h>
#include <zanhu/worker_pool.h>

#include "core/base/task_set.h"
#include "core/layer/network_layer.h"
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
class RedisLayer final : public NetworkLayer {
public:
    /// `home`: where its connections live, one of `loops`, which must all outlive it. Throws ConfigError for
    /// a pattern that is none.
    RedisLayer(RedisOptions options,
               net::EpollLoop& home,
               std::span<EventLoop* const> loops,
               WorkerPool& resolver);
    ~RedisLayer() override;

    Task<SharedMessage> receive(std::string channel, CancelToken token) override;
    /// Done when Redis has taken it and every loop of this process has delivered. Throws BackendUnavailable,
    /// and then nobody of this process got it.
    Task<std::size_t> group_send(std::string group, LayerMessage message) override;
    Task<std::size_t> group_send_everywhere(std::string group, LayerMessage message) override;

private:
    friend class RedisShard;

    NetworkNodes& nodes() noexcept override { return nodes_; }
    std::string membership(std::string group, const Channel& channel) const override;
    void on_vacated(const std::string& key, std::uint64_t number) override;
    Task<std::size_t> deliver_here(std::string group, std::vector<std::string> own, SharedMessage message);

    // On the home loop.
    Task<void> send_away(std::string channel, SharedMessage message) override;
    Task<void> join(std::string key) override;
    void begin() override;
    /// Removes what is this process's.
    Task<void> end() override;

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
};

}  // namespace zanhu::layer
