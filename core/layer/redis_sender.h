#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zanhu/layer_message.h>
#include <zanhu/task.h>

#include "core/layer/redis_node.h"

namespace zanhu::layer {

/// Writes messages to the queues of other processes (channels_redis: core.py send and group_send). Owned by
/// the layer; its home loop only.
class RedisSender {
public:
    /// Nodes that are to say how many of theirs took a message, and to whom.
    struct Asking {
        Asking(std::vector<std::string> ids, std::string reply)
            : nodes(std::move(ids)), reply_to(std::move(reply)) {}
        bool names(std::string_view channel) const;
        std::vector<std::string> nodes;
        std::string reply_to;
        std::size_t asked = 0;  ///< how many of them the group has
    };

    explicit RedisSender(RedisNode& node) : node_(node) {}

    /// To a channel of another process, or to a general one. Throws ChannelFull, BackendUnavailable, Error.
    Task<void> send(std::string channel, SharedMessage message);
    /// To all members of the group but those of this process, whose names (their local parts) are returned.
    /// Members over capacity are counted and logged. Throws BackendUnavailable, Error.
    Task<std::vector<std::string>> group_send(std::string group,
                                              SharedMessage message,
                                              Asking* asking = nullptr);

private:
    /// The names behind each queue of one shard.
    using Queues = std::map<std::string, std::vector<std::string>>;

    Task<std::vector<std::string>> members_of(std::string group);
    Task<std::size_t> write(std::size_t shard, Queues queues, SharedMessage message, Asking* asking);

    RedisNode& node_;
    std::size_t next_shard_ = 0;  // of the next message to a general channel
};

}  // namespace zanhu::layer
