#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <zanhu/services.h>

#include "app/worker_tree.h"
#include "core/connection/channel_worker.h"

namespace zanhu::app {

/// The workers of this process, spread over its loops. Owned by the runtime; main thread, but for what says
/// otherwise. It outlives the loops' runs.
class Workers {
public:
    Workers() = default;
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// Makes as many receivers as each plan says and starts them, soon. `max_waiting`: messages for the own
    /// channel of one. Throws ConfigError for a layer that there is not.
    void start(std::span<const WorkerPlan> plans,
               std::span<EventLoop* const> loops,
               Services& services,
               Application& application,
               std::size_t max_waiting);
    /// Lets each finish the message in hand, soon.
    void stop();
    /// How many have not ended yet. Any thread.
    std::size_t running() const noexcept { return running_; }

private:
    std::vector<std::unique_ptr<connection::ChannelWorker>> workers_;
    std::atomic<std::size_t> running_{0};
};

}  // namespace zanhu::app
