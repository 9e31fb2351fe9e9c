#include "app/workers.h"

namespace zanhu::app {

void Workers::start(std::span<const WorkerPlan> plans,
                    std::span<EventLoop* const> loops,
                    Services& services,
                    Application& application,
                    std::size_t max_waiting) {
    for (const WorkerPlan& plan : plans) {
        ChannelLayer& layer = services.channel_layer(plan.options.layer);
        for (std::size_t i = 0; i < plan.options.concurrency; ++i) {
            EventLoop& loop = *loops[workers_.size() % loops.size()];
            workers_.push_back(std::make_unique<connection::ChannelWorker>(
                loop, layer, plan.channel, application, max_waiting));
        }
    }
    running_ = workers_.size();
    for (const auto& worker : workers_) {
        worker->loop().post([this, &made = *worker] {
            made.start([](void* running) { --*static_cast<std::atomic<std::size_t>*>(running); }, &running_);
        });
    }
}

void Workers::stop() {
    for (const auto& worker : workers_)
        worker->loop().post([&made = *worker] { made.stop(); });
}

}  // namespace zanhu::app
