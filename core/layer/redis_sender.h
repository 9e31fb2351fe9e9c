#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zanhu/layer_message.h>
#include <zanhu/task.h>

#include "core/layer/redis_addressees.h"
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
    /// In one round trip when the members are those of the last time. Members over capacity are counted and
    /// logged. Throws BackendUnavailable, Error.
    Task<std::vector<std::string>> group_send(std::string group,
                                              SharedMessage message,
                                              Asking* asking = nullptr);

private:
    /// The keys and arguments of a script that writes.
    struct Writing {
        std::vector<std::string> keys;
        std::vector<std::string> arguments;
    };

    std::string eldest_member();
    Task<std::vector<std::string>> members_of(std::string group);
    std::shared_ptr<const RedisAddressees> learn(const std::string& group,
                                                 const std::vector<std::string>& names);
    Writing prepare(const RedisAddressees::Queues& queues, const SharedMessage& message, Asking* asking);
    static void note(const std::string& group, std::size_t queues, std::size_t full);

    RedisNode& node_;
    RedisKnownGroups known_;
    std::size_t next_shard_ = 0;  // of the next message to a general channel
};

}  // namespace zanhu::layer
