#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include <zanhu/layer_message.h>
#include <zanhu/task.h>

#include "core/base/task_set.h"
#include "core/layer/network_nodes.h"
#include "core/layer/pubsub_node.h"

namespace zanhu::layer {

/// The other nodes where all listen to one channel of Redis, which is zanhu's alone. Before a group message
/// whose receivers are to be counted goes a question on the same connection, so that every node knows which
/// message is meant, and the message itself is like any other. Owned by the layer; its home loop only.
class PubSubNodes final : public NetworkNodes {
public:
    PubSubNodes(PubSubNode& node, TaskSet& tasks);

    Task<Reach> broadcast(SharedMessage message) override;

    /// What goes ahead of a group message with these bytes, and asks who took it.
    std::string ahead_of(const std::string& group,
                         const std::string& payload,
                         const std::string& reply_to) const;
    NodeQuestions& questions() noexcept { return questions_; }

    /// A message on the channel of all nodes.
    void take_from_all(ValueMap fields);
    /// A message to this node itself.
    void take(ValueMap fields);
    /// So many members of this process took a message to a group.
    void delivered(const std::string& group, const std::string& payload, std::size_t taken);
    /// The group has no members here any more.
    void vacated(const std::string& group);

private:
    struct Watch {
        Watch(std::string g, std::string d, std::string r, std::chrono::steady_clock::time_point u)
            : group(std::move(g)), digest(std::move(d)), reply_to(std::move(r)), until(u) {}
        std::string group;
        std::string digest;
        std::string reply_to;
        std::chrono::steady_clock::time_point until;
    };

    Task<void> send(std::string channel, SharedMessage message) override;
    void watch(const ValueMap& question, std::string reply_to);

    PubSubNode& node_;
    TaskSet& tasks_;
    std::deque<Watch> watches_;
};

}  // namespace zanhu::layer
