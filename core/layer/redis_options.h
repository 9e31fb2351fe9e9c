#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/layer/wire.h"
#include "core/redis/connection.h"

namespace zanhu::layer {

/// How a Redis layer behaves, from the configuration; the names are those of channels_redis where it has
/// them.
struct RedisOptions {
    RedisOptions() = default;
    std::vector<redis::ConnectionOptions> hosts;  ///< at least one
    std::string prefix = "asgi";
    std::chrono::seconds expiry{60};
    std::chrono::seconds group_expiry{86'400};
    std::size_t capacity = 100;
    std::vector<std::pair<std::string, std::size_t>> channel_capacity;  ///< pattern, capacity
    std::vector<std::string> encryption_keys;
    Format format = Format::msgpack;
    std::size_t random_prefix_length = 12;
    std::vector<std::string> per_connection;  ///< patterns of groups without aggregated membership
    std::chrono::seconds lease{30};           ///< a node that is silent for so long is dead
    bool close_after_gap = false;             ///< with 1012, instead of an event
    std::size_t backlog = 10'000;             ///< messages taken from Redis and not delivered yet
    std::size_t backlog_bytes = 64 << 20;
};

}  // namespace zanhu::layer
