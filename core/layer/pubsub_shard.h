#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <zanhu/task.h>
#include <zanhu/worker_pool.h>

#include "core/redis/connection.h"

namespace zanhu::layer {

class PubSubLayer;

/// One host of a pub/sub layer: a connection for what is published, one for what comes, and the care for that
/// everything is subscribed to. Owned by the layer; its home loop only.
class PubSubShard final : private redis::ConnectionListener {
public:
    PubSubShard(PubSubLayer& layer, std::size_t index, WorkerPool& resolver);

    void start();
    Task<void> stop();

    /// How many processes got it. Throws BackendUnavailable, Error.
    Task<std::size_t> publish(std::string channel, std::string payload);
    /// A message, and ahead of it another; how many processes got the first. As publish().
    Task<std::size_t> publish_behind(std::string first_channel,
                                     std::string first,
                                     std::string channel,
                                     std::string payload);
    /// Done when Redis knows of it. Throws BackendUnavailable, Error.
    Task<void> subscribe(std::string channel);
    Task<void> unsubscribe(std::string channel);
    /// Waits until everything is subscribed to. Throws BackendUnavailable.
    Task<void> settled();
    bool is_connected() const noexcept { return arrivals_.ready(); }

    void pause() { arrivals_.pause(); }
    void resume() { arrivals_.resume(); }

private:
    /// What the connection for commands tells.
    class Commands final : public redis::ConnectionListener {
    public:
        explicit Commands(PubSubShard& shard) : shard_(shard) {}
        void on_ready() override { shard_.report(); }
        void on_down(const std::string& why) override { shard_.report(why); }

    private:
        PubSubShard& shard_;
    };

    void on_ready() override;
    void on_down(const std::string& why) override;
    void on_message(std::string channel, std::string payload) override;

    Task<void> settle();
    void report(const std::string& why = {});

    PubSubLayer& layer_;
    const std::size_t index_;
    Commands commands_listener_;
    redis::Connection commands_;
    redis::Connection arrivals_;
    bool settled_ = false;  // everything is subscribed to
    bool gap_ = false;      // messages may be missing since it last was
};

}  // namespace zanhu::layer
