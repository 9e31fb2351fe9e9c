#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/layer_message.h>
#include <zanhu/task.h>

#include "core/base/signal.h"
#include "core/layer/redis_node.h"
#include "core/layer/redis_sender.h"
#include "core/net/timer_wheel.h"

namespace zanhu::layer {

/// The local part of a node's own channel name.
inline constexpr std::string_view k_node_channel = "n";

/// How many receivers a message had on several nodes.
struct Reach {
    Reach() = default;
    std::size_t taken = 0;
    std::size_t silent_nodes = 0;  ///< that did not say in time
};

/// Messages to the other nodes of the site, and their answers of how many receivers took them. Owned by the
/// layer; its home loop only.
class RedisNodes {
public:
    /// Delivers to every connection of this process that takes it; says how many.
    using Broadcast = std::function<Task<std::size_t>(SharedMessage)>;

    RedisNodes(RedisNode& node, RedisSender& sender) : node_(node), sender_(sender) {}
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
    struct Question {
        explicit Question(EventLoop& loop)
            : changed(loop), timer([](void* self) { static_cast<Question*>(self)->time_over(); }, this) {}
        void time_over() {
            over = true;
            changed.notify();
        }
        std::size_t missing = 0;
        std::size_t taken = 0;
        bool over = false;
        Signal changed;
        net::Timer timer;
    };

    Task<std::vector<std::string>> living();
    Task<Reach> await_answers(std::uint64_t id);
    std::string reply_to(std::uint64_t id) const;

    RedisNode& node_;
    RedisSender& sender_;
    Broadcast broadcast_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, Question> questions_;
};

}  // namespace zanhu::layer
