#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <zanhu/cancellation.h>
#include <zanhu/task.h>

#include "core/base/signal.h"
#include "core/layer/redis_receiver.h"
#include "core/net/timer_wheel.h"
#include "core/redis/connection.h"

namespace zanhu::layer {

class RedisLayer;

/// One host of a Redis layer: its connections, and the care for what this process has there. Owned by the
/// layer; its home loop only.
class RedisShard final : private redis::ConnectionListener {
public:
    RedisShard(RedisLayer& layer, std::size_t index, WorkerPool& resolver);

    redis::Connection& commands() noexcept { return commands_; }
    void start();
    /// The first half of the end: nothing is received any more.
    Task<void> stop_receiving();
    /// The second half, when nothing else uses it: removes what is this process's, and disconnects.
    Task<void> leave();

private:
    void on_ready() override;
    void on_down(const std::string& why) override;

    Task<void> watch(CancelToken token);
    Task<void> settle();
    std::chrono::milliseconds next_look();

    RedisLayer& layer_;
    const std::size_t index_;
    redis::Connection commands_;
    redis::Connection queue_;
    redis::Connection general_;
    RedisReceiver receiver_;
    Signal look_;
    net::Timer timer_;
    bool settled_ = false;  // Redis has what it should have of this process
    bool gap_ = false;      // messages may be missing since it was last settled
    std::chrono::steady_clock::time_point restored_;
};

}  // namespace zanhu::layer
