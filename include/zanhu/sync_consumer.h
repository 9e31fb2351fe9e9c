#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include <zanhu/consumer_base.h>
#include <zanhu/sync.h>

namespace zanhu {

/// What every consumer has whose handlers may block. They run on the `sync` pool, one at a time; a full pool
/// ends the connection with 503 or 1013 (PoolSaturated), but for the disconnect handler, which waits for a
/// place. What they ask for here is carried out on the connection's loop while the worker waits. handlers(),
/// the constructor and the destructor run on the loop; whatever ConsumerBase offers beside scope(), user()
/// and services() belongs to the loop too.
class SyncConsumerBase : public ConsumerBase {
protected:
    SendResult send(Command command);
    /// This connection's channel, to which others can send.
    std::string channel_name();
    void group_add(std::string group);
    void group_discard(std::string group);
    /// Returns how many members of this process took it.
    std::size_t group_send(std::string group, LayerMessage message);
    /// To one channel by its name. Throws ChannelFull.
    void channel_send(std::string channel, LayerMessage message);

    /// Runs a job on the pool. Throws PoolSaturated.
    template <class F>
    Task<void> work(F job) {
        return sync_to_async(services(), std::move(job));
    }
    /// The same for what has to run: a full pool is asked again until it has a place.
    Task<void> insist(std::function<void()> job);

private:
    friend class EventHandlers;
    Task<void> join(std::string group);
    Task<void> leave(std::string group);
    Task<std::string> name_of_channel();
};

/// A consumer of raw events whose handlers may block (Channels: SyncConsumer). Its table names every event
/// that it handles; it may serve any type of scope.
class SyncConsumer : public SyncConsumerBase {};

}  // namespace zanhu
