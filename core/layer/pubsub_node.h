#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/layer/node_questions.h"
#include "core/layer/process_groups.h"
#include "core/layer/redis_codec.h"
#include "core/layer/redis_names.h"
#include "core/layer/redis_options.h"
#include "core/net/epoll_loop.h"

namespace zanhu::layer {

class PubSubShard;

/// What the parts of one process's pub/sub layer share. Owned by the layer; lives on the layer's home loop.
class PubSubNode {
public:
    PubSubNode(RedisOptions settings, net::EpollLoop& home, ProcessGroups& process_groups)
        : options(std::move(settings)),
          keys(options.prefix),
          codec(RedisCodec::for_pubsub(options)),
          loop(home),
          groups(process_groups) {}

    /// The host that carries a channel of Redis (channels_redis: pubsub.py _get_shard).
    PubSubShard& shard_of(std::string_view channel) const {
        return *shards[layer::shard_of(channel, shards.size())];
    }
    std::string seal(const ValueMap& fields) const { return codec.seal(codec.body(fields).with()); }
    /// The channel of Redis on which other nodes reach this one.
    std::string own_channel() const { return groups.prefix() + std::string(k_node_channel); }

    const RedisOptions options;
    const RedisKeys keys;
    const RedisCodec codec;
    net::EpollLoop& loop;
    ProcessGroups& groups;
    std::vector<PubSubShard*> shards;  ///< one a host
};

}  // namespace zanhu::layer
