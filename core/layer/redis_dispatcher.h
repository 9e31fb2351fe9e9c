#pragma once

#include <functional>
#include <string>

#include <zanhu/cancellation.h>
#include <zanhu/layer_message.h>
#include <zanhu/task.h>

#include "core/base/task_set.h"
#include "core/layer/redis_node.h"
#include "core/layer/redis_nodes.h"
#include "core/layer/redis_receiver.h"

namespace zanhu::layer {

/// Delivers what the receivers took to this process's channels, one message after the other. Owned by the
/// layer; its home loop only.
class RedisDispatcher {
public:
    RedisDispatcher(RedisNode& node, RedisBacklog& backlog, RedisNodes& nodes, TaskSet& tasks)
        : node_(node), backlog_(backlog), nodes_(nodes), tasks_(tasks) {}

    /// Until the token is cancelled and the backlog notified. Never throws.
    Task<void> run(CancelToken token);

private:
    Task<void> deliver(std::string bytes);
    void add_target(const std::string& name, ProcessGroups::Targets& targets);

    RedisNode& node_;
    RedisBacklog& backlog_;
    RedisNodes& nodes_;
    TaskSet& tasks_;
};

/// Takes a message's receivers, __asgi_channel__, out of it: a text, or a list of texts. False when there are
/// none.
bool take_receivers(ValueMap& fields, std::vector<std::string>& names);

}  // namespace zanhu::layer
