#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include <zanhu/cancellation.h>
#include <zanhu/task.h>

#include "core/base/signal.h"
#include "core/layer/general_channels.h"
#include "core/layer/pubsub_echoes.h"
#include "core/layer/pubsub_node.h"
#include "core/layer/pubsub_nodes.h"

namespace zanhu::layer {

/// Delivers what came from Redis to this process's channels, one message after the other. When more waits
/// than it may hold, nothing is read from Redis, which then keeps it up to the limits of its own
/// (client-output-buffer-limit pubsub). Owned by the layer; its home loop only.
class PubSubDispatcher {
public:
    PubSubDispatcher(PubSubNode& node, PubSubEchoes& echoes, PubSubNodes& nodes, GeneralChannels& general);

    void push(std::string channel, std::string payload);
    /// Messages may be missing between what was pushed before and what is pushed from now on.
    void push_gap();
    /// Until the token is cancelled and wake() called. Never throws.
    Task<void> run(CancelToken token);
    void wake() { arrivals_.notify(); }

private:
    struct Arrival {
        Arrival(std::string c, std::string p) : channel(std::move(c)), payload(std::move(p)) {}
        std::size_t size() const noexcept { return channel.size() + payload.size(); }
        std::string channel;  // empty: a gap
        std::string payload;
    };

    Arrival pop();
    bool full(std::size_t share) const noexcept;
    Task<void> deliver(Arrival arrival);
    Task<void> deliver_to_group(std::string channel, std::string payload, ValueMap fields);
    Task<void> deliver_to_channel(std::string channel, ValueMap fields);

    PubSubNode& node_;
    PubSubEchoes& echoes_;
    PubSubNodes& nodes_;
    GeneralChannels& general_;
    const std::string group_prefix_;
    const std::string nodes_channel_;
    std::deque<Arrival> queue_;
    std::size_t bytes_ = 0;
    bool paused_ = false;
    Signal arrivals_;
};

}  // namespace zanhu::layer
