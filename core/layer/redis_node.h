#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/layer/capacities.h"
#include "core/layer/process_groups.h"
#include "core/layer/redis_codec.h"
#include "core/layer/redis_names.h"
#include "core/layer/redis_options.h"
#include "core/net/epoll_loop.h"
#include "core/redis/connection.h"

namespace zanhu::layer {

/// What the parts of one process's Redis layer share. Owned by the layer; lives on the layer's home loop.
class RedisNode {
public:
    RedisNode(RedisOptions settings, net::EpollLoop& home, ProcessGroups& process_groups);

    std::size_t shard_of_group(std::string_view group) const { return shard_of(group, shards.size()); }
    std::size_t shard_of_channel(std::string_view channel) const {
        return shard_of(non_local_part(channel), shards.size());
    }
    redis::Connection& commands(std::size_t shard) const { return *shards[shard]; }

    /// Microseconds since 1970, larger with every call, so that messages of this process stay in order.
    std::int64_t next_score();

    /// The one key from which this process is read.
    std::string own_queue() const { return keys.queue(groups.prefix()); }
    /// What tells this process from all others, also from itself after a restart.
    std::string id() const;

    const RedisOptions options;
    const RedisKeys keys;
    const RedisCodec codec;
    Capacities capacities;
    std::vector<NamePattern> per_connection;
    net::EpollLoop& loop;
    ProcessGroups& groups;
    std::vector<redis::Connection*> shards;  ///< for commands, one a host

private:
    std::int64_t last_score_ = 0;
};

}  // namespace zanhu::layer
