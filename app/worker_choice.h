#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/worker_tree.h"
#include "core/settings/settings.h"

namespace zanhu::app {

/// Throws ConfigError for a worker that would never get a message: one that only `zanhu worker` runs, on a
/// layer that lives in the daemon's memory.
void check_workers(std::span<const WorkerPlan> plans, const settings::Settings& settings);

/// Those that the daemon itself runs.
std::vector<WorkerPlan> own_workers(std::vector<WorkerPlan> plans);

/// Those that `zanhu worker NAME...` runs, on the layer of that alias unless it is empty. Throws ConfigError
/// for a name that is not configured, and when the layer does not reach beyond one process.
std::vector<WorkerPlan> named_workers(std::span<const WorkerPlan> plans,
                                      std::span<const std::string> names,
                                      const std::string& layer,
                                      const settings::Settings& settings);

}  // namespace zanhu::app
