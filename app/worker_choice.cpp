#include "app/worker_choice.h"

#include <algorithm>
#include <set>
#include <string>

#include <zanhu/errors.h>

#include "core/settings/layer_settings.h"
#include "core/settings/problems.h"

namespace zanhu::app {

using settings::LayerSettings;

namespace {

bool has_layer(const settings::Settings& settings, const std::string& alias) {
    const std::vector<std::string> layers = settings.channel_layers();
    return std::ranges::find(layers, alias) != layers.end();
}

/// It reaches this process only.
bool is_memory(const settings::Settings& settings, const std::string& alias) {
    return LayerSettings::from(settings, alias).backend == LayerSettings::Backend::memory;
}

/// For a worker in a process of its own.
void check_layer(const settings::Settings& settings, const std::string& alias, settings::Problems& problems) {
    if (!has_layer(settings, alias)) {
        problems.add("zanhu worker: there is no channel layer '" + alias +
                     "'; add the section [channel_layer." + alias + "]");
    } else if (is_memory(settings, alias)) {
        problems.add(settings.describe(
            alias == "default" ? "channel_layer" : "channel_layer." + alias,
            "backend",
            "memory reaches no other process, so `zanhu worker` would never get a message; let the "
            "daemon run its workers itself (in_process = yes in their sections), or write redis"));
    }
}

std::string names_of(std::span<const WorkerPlan> plans) {
    std::string names;
    for (const WorkerPlan& plan : plans)
        names += (names.empty() ? "" : ", ") + plan.channel;
    return names.empty() ? "none" : names;
}

}  // namespace

void check_workers(std::span<const WorkerPlan> plans, const settings::Settings& settings) {
    settings::Problems problems;
    for (const WorkerPlan& plan : plans) {
        if (!has_layer(settings, plan.options.layer)) {
            problems.add(settings.describe("worker." + plan.channel,
                                           "layer",
                                           "there is no channel layer `" + plan.options.layer +
                                               "`; add the section [channel_layer." + plan.options.layer +
                                               "]"));
            continue;
        }
        if (plan.options.in_process || !is_memory(settings, plan.options.layer)) continue;
        problems.add(settings.describe("worker." + plan.channel,
                                       "in_process",
                                       "is no, but its channel layer is in memory and reaches no other "
                                       "process, so this channel would never be served; write yes"));
    }
    problems.raise_if_any();
}

std::vector<WorkerPlan> own_workers(std::vector<WorkerPlan> plans) {
    std::erase_if(plans, [](const WorkerPlan& plan) { return !plan.options.in_process; });
    return plans;
}

std::vector<WorkerPlan> named_workers(std::span<const WorkerPlan> plans,
                                      std::span<const std::string> names,
                                      const std::string& layer,
                                      const settings::Settings& settings) {
    settings::Problems problems;
    std::vector<WorkerPlan> chosen;
    for (const std::string& name : names) {
        const auto found = std::ranges::find(plans, name, &WorkerPlan::channel);
        const bool again = std::ranges::find(chosen, name, &WorkerPlan::channel) != chosen.end();
        if (found == plans.end()) {
            problems.add("zanhu worker: there is no worker '" + name +
                         "' in [workers] list; there are: " + names_of(plans));
        } else if (!again) {
            chosen.push_back(*found);
            if (!layer.empty()) chosen.back().options.layer = layer;
        }
    }
    std::set<std::string> aliases;
    for (const WorkerPlan& plan : chosen)
        aliases.insert(plan.options.layer);
    if (aliases.empty()) aliases.insert(layer.empty() ? "default" : layer);
    for (const std::string& alias : aliases)
        check_layer(settings, alias, problems);
    problems.raise_if_any();
    return chosen;
}

}  // namespace zanhu::app
