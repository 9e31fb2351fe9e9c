#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <zanhu/layer_message.h>
#include <zanhu/task.h>

#include "core/layer/network_layer.h"
#include "core/layer/node_questions.h"
#include "core/layer/redis_node.h"
#include "core/layer/redis_sender.h"

namespace zanhu::layer {

/// Messages to the other nodes of the site, and their answers of how many receivers took them. Owned by the
/// layer; its home loop only.
class RedisNodes {
public:
    using Broadcast = NetworkLayer::Broadcast;

    RedisNodes(RedisNode& node, RedisSender& sender);
    void on_broadcast(Broadcast broadcast) { broadcast_ = std::move(broadcast); }

    /// To every connection of every other node. Throws BackendUnavailable, Error.
    Task<Reach> broadcast(SharedMessage message);
    /// To the members of a group on the other nodes and in Django; `own` gets the names of this process.
    Task<Reach> group_send(std::string group, SharedMessage message, std::vector<std::string>& own);

    /// A message to this node itself. Never throws.
    Task<void> take(ValueMap fields, std::string reply_to);
    /// Says how many took a message that asked for it. Never throws.
    Task<void> answer(std::string reply_to, std::size_t taken);

private:
    Task<std::vector<std::string>> living();

    RedisNode& node_;
    RedisSender& sender_;
    Broadcast broadcast_;
    NodeQuestions questions_;
};

}  // namespace zanhu::layer
