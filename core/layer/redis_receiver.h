#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include <zanhu/cancellation.h>
#include <zanhu/task.h>

#include "core/base/signal.h"
#include "core/layer/redis_node.h"
#include "core/redis/connection.h"

namespace zanhu::layer {

/// What was taken from Redis and waits to be delivered: as it came, so that taking costs next to nothing and
/// the queues in Redis stay short, whose length senders hold against their capacity. Home loop only.
class RedisBacklog {
public:
    RedisBacklog(EventLoop& loop, std::size_t messages, std::size_t bytes)
        : max_messages_(messages), max_bytes_(bytes), arrivals_(loop) {}

    bool full() const noexcept { return queue_.size() >= max_messages_ || bytes_ >= max_bytes_; }
    bool empty() const noexcept { return queue_.empty(); }
    void push(std::string message);
    std::string pop();
    Signal& arrivals() noexcept { return arrivals_; }

private:
    const std::size_t max_messages_;
    const std::size_t max_bytes_;
    std::deque<std::string> queue_;
    std::size_t bytes_ = 0;
    Signal arrivals_;
};

/// Empties this process's queue on one shard, as soon as there is something in it. Direct messages of Python
/// senders may be on any shard, since they hash the full channel name (django/channels issue 1492), so there
/// is one on every shard. Owned by the layer; its home loop only.
class RedisReceiver {
public:
    /// `redis`: a connection of its own, which it blocks.
    RedisReceiver(RedisNode& node, redis::Connection& redis, RedisBacklog& backlog)
        : node_(node), redis_(redis), backlog_(backlog) {}

    /// Until the token is cancelled and the connection stopped. Never throws.
    Task<void> run(CancelToken token);

private:
    Task<void> take();

    RedisNode& node_;
    redis::Connection& redis_;
    RedisBacklog& backlog_;
};

}  // namespace zanhu::layer
