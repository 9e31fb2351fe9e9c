#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <zanhu/routing.h>

#include "app/factories.h"
#include "core/settings/route_options.h"
#include "core/settings/tree_settings.h"

namespace zanhu::app {

/// What a configured worker serves, and how.
struct WorkerPlan {
    std::string channel;
    settings::WorkerOptions options;
};

/// The consumers of channels: their factories, and in the end the ChannelNameRouter. Owned by the tree; main
/// thread.
class WorkerTree {
public:
    WorkerTree(std::span<const settings::WorkerSettings> workers,
               Factories& factories,
               settings::Problems& problems);

    /// As RouteTree::check.
    void check(const Slots& provided, const Factories& factories, settings::Problems& problems) const;
    ChannelNameRouter& build(Applications& applications);
    std::vector<WorkerPlan> plans() const;

private:
    struct Worker {
        std::string section;
        WorkerPlan plan;
        Chain middleware;
        std::unique_ptr<ApplicationFactory> consumer;
        std::string consumer_name;
    };
    std::vector<Worker> workers_;
};

}  // namespace zanhu::app
