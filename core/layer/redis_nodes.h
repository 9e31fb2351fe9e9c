#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <zanhu/layer_message.h>
#include <zanhu/task.h>

#include "core/layer/network_nodes.h"
#include "core/layer/redis_node.h"
#include "core/layer/redis_sender.h"

namespace zanhu::layer {

/// The other nodes where each is reached by a queue of its own. Owned by the layer; its home loop only.
class RedisNodes final : public NetworkNodes {
public:
    RedisNodes(RedisNode& node, RedisSender& sender);

    Task<Reach> broadcast(SharedMessage message) override;
    /// To the members of a group on the other nodes and in Django; `own` gets the names of this process.
    Task<Reach> group_send(std::string group, SharedMessage message, std::vector<std::string>& own);

    /// A message to this node itself. Never throws.
    Task<void> take(ValueMap fields, std::string reply_to);

private:
    Task<void> send(std::string channel, SharedMessage message) override;
    Task<std::vector<std::string>> living();

    RedisNode& node_;
    RedisSender& sender_;
};

}  // namespace zanhu::layer
