#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include <zanhu/layer_message.h>
#include <zanhu/task.h>

#include "core/base/task_set.h"
#include "core/layer/network_layer.h"
#include "core/layer/node_questions.h"
#include "core/layer/pubsub_node.h"

namespace zanhu::layer {

/// Messages to the other nodes of the site, on a channel of Redis that only zanhu listens to, and their
/// answers of how many receivers took them. Before a group message whose receivers are to be counted goes a
/// question on the same connection, so that every node knows which message is meant, and the message itself
/// is like any other. Owned by the layer; its home loop only.
class PubSubNodes {
public:
    using Broadcast = NetworkLayer::Broadcast;

    PubSubNodes(PubSubNode& node, TaskSet& tasks);
    void on_broadcast(Broadcast broadcast) { broadcast_ = std::move(broadcast); }

    /// To every connection of every other node. Throws BackendUnavailable, Error.
    Task<Reach> broadcast(SharedMessage message);

    /// The question that goes ahead of a group message with these bytes.
    std::string question(std::uint64_t id, const std::string& group, const std::string& payload) const;
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

    void watch(const ValueMap& question, std::string reply_to);
    Task<void> broadcast_here(ValueMap fields, std::string reply_to);
    Task<void> answer(std::string reply_to, std::size_t taken);

    PubSubNode& node_;
    TaskSet& tasks_;
    Broadcast broadcast_;
    NodeQuestions questions_;
    std::deque<Watch> watches_;
};

}  // namespace zanhu::layer
