#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <string>

#include <zanhu/channel_layer.h>
#include <zanhu/event_loop.h>

namespace zanhu::layer {

/// Channels that nobody owns: messages wait, up to a capacity and for a time, until some worker receives
/// them. Each message goes to one receiver, in order. Owned by a layer; any loop's thread.
class GeneralChannels {
public:
    GeneralChannels(std::size_t capacity, std::chrono::milliseconds expiry)
        : capacity_(capacity), expiry_(expiry) {}

    /// Throws ChannelFull when the channel holds its capacity, or when too many channels hold messages.
    void send(const std::string& channel, SharedMessage message);
    /// To a receiver that is waiting; false, and nothing is stored, when there is none.
    [[nodiscard]] bool offer(const std::string& channel, SharedMessage message);
    /// Waits for a message that has not expired. Throws Cancelled.
    Task<SharedMessage> receive(std::string channel, CancelToken token);

private:
    struct Waiting;
    struct Stored {
        std::chrono::steady_clock::time_point until;
        SharedMessage message;
    };
    struct Queue {
        std::deque<Stored> messages;
        std::list<Waiting*> receivers;
    };

    SharedMessage take(const std::string& channel);
    void give_to_receiver(const std::string& channel, Queue& queue, SharedMessage message);
    void drop_expired(Queue& queue);
    void drop_all_expired();

    const std::size_t capacity_;
    const std::chrono::milliseconds expiry_;
    std::mutex mutex_;  // guards queues_
    std::map<std::string, Queue> queues_;
};

}  // namespace zanhu::layer
