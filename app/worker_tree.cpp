#include "app/worker_tree.h"

#include <utility>

namespace zanhu::app {

WorkerTree::WorkerTree(std::span<const settings::WorkerSettings> workers,
                       Factories& factories,
                       settings::Problems& problems) {
    for (const settings::WorkerSettings& worker : workers) {
        auto consumer = factories.application(
            worker.consumer, ScopeType::channel, worker.section, "consumer", worker.section, problems);
        settings::WorkerOptions options;
        problems.collect([&] {
            const auto keys = consumer == nullptr ? std::span<const KeySpec>() : consumer->keys();
            options = settings::WorkerOptions::from(factories.settings().component(worker.section, keys));
        });
        workers_.push_back(Worker{worker.section,
                                  WorkerPlan{worker.channel, std::move(options)},
                                  factories.chain(worker.middleware, worker.section, "middleware", problems),
                                  std::move(consumer),
                                  worker.consumer});
    }
}

void WorkerTree::check(const Slots& provided,
                       const Factories& factories,
                       settings::Problems& problems) const {
    for (const Worker& worker : workers_) {
        Slots here = provided;
        factories.require(worker.middleware, here, worker.section, "middleware", problems);
        factories.require(worker.consumer->needs(),
                          here,
                          worker.consumer_name,
                          worker.section,
                          "consumer",
                          "use a consumer that needs no connection",
                          problems);
    }
}

ChannelNameRouter& WorkerTree::build(Applications& applications) {
    auto made = std::make_unique<ChannelNameRouter>();
    ChannelNameRouter& router = *made;
    applications.keep(std::move(made));
    for (const Worker& worker : workers_) {
        Application& consumer = applications.keep(worker.consumer->make());
        router.add(worker.plan.channel, applications.wrap(worker.middleware, consumer));
    }
    return router;
}

std::vector<WorkerPlan> WorkerTree::plans() const {
    std::vector<WorkerPlan> plans;
    for (const Worker& worker : workers_)
        plans.push_back(worker.plan);
    return plans;
}

}  // namespace zanhu::app
