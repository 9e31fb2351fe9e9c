#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include <zanhu/layer_message.h>
#include <zanhu/task.h>

#include "core/base/signal.h"
#include "core/net/epoll_loop.h"
#include "core/net/timer_wheel.h"

namespace zanhu::layer {

/// What a node is asked to report, and to whom: a key of messages between nodes, which no consumer sees.
inline constexpr std::string_view k_reply_key = "__zanhu_reply__";
/// The local part of a node's own channel name.
inline constexpr std::string_view k_node_channel = "n";

/// How many receivers a message had on several nodes.
struct Reach {
    Reach() = default;
    std::size_t taken = 0;
    std::size_t silent_nodes = 0;  ///< that did not say in time
};

/// Questions to other nodes of how many receivers took a message, and their answers. Owned by a layer; its
/// home loop only.
class NodeQuestions {
public:
    /// One question. Made before it is sent, since answers may come before this waits for them; lives in the
    /// frame of whoever asks.
    class Question {
    public:
        explicit Question(NodeQuestions& questions);
        Question(const Question&) = delete;
        Question& operator=(const Question&) = delete;
        ~Question();

        /// What stands under k_reply_key in the message that asks.
        std::string reply_to() const;
        /// So many nodes will answer, beside those of before.
        void expect(std::size_t nodes) noexcept { expected_ += nodes; }
        /// Those that do not answer in time are logged.
        Task<Reach> answers();

    private:
        friend class NodeQuestions;
        void time_over();
        void answer(std::size_t taken);

        NodeQuestions& questions_;
        const std::uint64_t id_;
        std::size_t expected_ = 0;
        std::size_t answered_ = 0;
        std::size_t taken_ = 0;
        bool over_ = false;
        Signal changed_;
        net::Timer timer_;
    };

    /// `own_channel`: to which others answer. `patience`: for the last of the answers.
    NodeQuestions(net::EpollLoop& loop, std::string own_channel, std::chrono::milliseconds patience)
        : loop_(loop), own_channel_(std::move(own_channel)), patience_(patience) {}

    /// The message that answers what came under k_reply_key, and the channel that it goes to.
    static LayerMessage answer_to(const std::string& reply_to, std::size_t taken);
    static std::string channel_of(const std::string& reply_to) {
        return reply_to.substr(0, reply_to.find(' '));
    }
    /// A message of another node to this one. False: it is no answer.
    bool take(const LayerMessage& message);

private:
    net::EpollLoop& loop_;
    const std::string own_channel_;
    const std::chrono::milliseconds patience_;
    std::uint64_t next_ = 1;
    std::map<std::uint64_t, Question*> questions_;
};

}  // namespace zanhu::layer
