#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <zanhu/cancellation.h>
#include <zanhu/channel_layer.h>

#include "core/base/signal.h"
#include "core/layer/general_channels.h"
#include "core/layer/redis_node.h"

namespace zanhu::layer {

/// General channels: messages for whichever worker takes them first. One blocked connection a shard waits
/// for all channels that somebody here receives from. Owned by the layer.
class RedisGeneral {
public:
    explicit RedisGeneral(RedisNode& node);

    /// Any loop's thread. Throws Cancelled.
    Task<SharedMessage> receive(std::string channel, CancelToken token);

    /// For one shard, until the token is cancelled, the connection stopped and wake() called. Home loop;
    /// `redis` is started when it is needed. Never throws.
    Task<void> run(std::size_t shard, redis::Connection& redis, CancelToken token);
    void wake();

private:
    /// Counts one receiver in, for its life.
    class Wanted;
    struct Shard {
        explicit Shard(EventLoop& loop) : changed(loop) {}
        Signal changed;
        std::string blocked_id;  // of the connection that is blocked; empty: none is
    };

    std::vector<std::string> wanted_keys();
    void want(const std::string& channel, int change);
    Task<void> take(std::size_t shard, redis::Connection& redis, std::vector<std::string> keys);
    Task<void> hand_over(std::size_t shard, std::string key, std::string bytes, std::string score);

    RedisNode& node_;
    GeneralChannels channels_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::mutex mutex_;  // guards wanted_
    std::map<std::string, std::size_t> wanted_;
};

}  // namespace zanhu::layer
