#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <string>

#include <zanhu/task.h>

#include "core/base/signal.h"
#include "core/net/epoll_loop.h"
#include "core/net/timer_wheel.h"

namespace zanhu::layer {

/// What this process has published to groups of its own and waits to see come back, since its members get it
/// from Redis like everybody else's. An echo is known by its bytes: those that somebody else sends to the
/// same group may be taken for it, which does no harm, since all that comes is delivered. Owned by the
/// layer; its home loop only.
class PubSubEchoes {
public:
    /// One message. Lives in the frame of its sender.
    class Echo {
    public:
        /// Throws BackendUnavailable when too many are under way.
        Echo(PubSubEchoes& echoes, std::string channel, const std::string& payload);
        Echo(const Echo&) = delete;
        Echo& operator=(const Echo&) = delete;
        ~Echo();

        /// How many members took it. Throws BackendUnavailable when it does not come back.
        Task<std::size_t> taken(std::chrono::milliseconds patience);

    private:
        friend class PubSubEchoes;
        void settle(std::size_t taken);
        void fail(std::string problem);

        PubSubEchoes& echoes_;
        const std::uint64_t id_;
        const std::string channel_;
        const std::string& payload_;
        bool settled_ = false;
        std::size_t taken_ = 0;
        std::string problem_;
        Signal changed_;
        net::Timer timer_;
    };

    /// `most`: under way at once.
    PubSubEchoes(net::EpollLoop& loop, std::size_t most) : loop_(loop), most_(most) {}

    /// The eldest message that came back with these bytes, for settle(); 0: none.
    std::uint64_t match(const std::string& channel, const std::string& payload);
    /// It has been delivered. Nothing happens when its sender waits no more.
    void settle(std::uint64_t id, std::size_t taken);
    /// Nothing comes from that channel any more, since it has no members here.
    void settle_all(const std::string& channel);
    /// What was to come from these channels is lost.
    void fail_all(const std::function<bool(const std::string& channel)>& concerned,
                  const std::string& problem);

private:
    net::EpollLoop& loop_;
    const std::size_t most_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, Echo*> by_id_;
    std::map<std::string, std::list<Echo*>> by_channel_;  // those that have not come back, eldest first
};

}  // namespace zanhu::layer
