#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include <zanhu/layer_message.h>
#include <zanhu/task.h>

#include "core/layer/node_questions.h"

namespace zanhu::layer {

/// Messages to the other nodes of the site, and their answers of how many receivers took them. Owned by the
/// layer; its home loop only.
class NetworkNodes {
public:
    /// Delivers to every connection of this process that takes it; says how many.
    using Broadcast = std::function<Task<std::size_t>(SharedMessage)>;

    NetworkNodes(const NetworkNodes&) = delete;
    NetworkNodes& operator=(const NetworkNodes&) = delete;

    /// What a broadcast of another node does here. Before the layer starts.
    void on_broadcast(Broadcast broadcast) { broadcast_ = std::move(broadcast); }

    /// To every connection of every other node. Throws BackendUnavailable, Error.
    virtual Task<Reach> broadcast(SharedMessage message) = 0;
    /// Says how many took a message, if it asked for that. Never throws.
    Task<void> answer(std::string reply_to, std::size_t taken);

protected:
    /// As NodeQuestions.
    NetworkNodes(net::EpollLoop& loop, std::string own_channel, std::chrono::milliseconds patience)
        : questions_(loop, std::move(own_channel), patience) {}
    ~NetworkNodes() = default;

    /// To another node's own channel. Throws Error.
    virtual Task<void> send(std::string channel, SharedMessage message) = 0;
    /// What another node broadcasts, and the answer to it. Never throws.
    Task<void> broadcast_here(SharedMessage message, std::string reply_to);

    NodeQuestions questions_;

private:
    Broadcast broadcast_;
};

}  // namespace zanhu::layer
