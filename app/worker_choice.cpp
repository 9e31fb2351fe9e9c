#include "app/worker_choice.h"

#include <algorithm>

#include <zanhu/errors.h>

#include "core/settings/problems.h"

namespace zanhu::app {

namespace {

bool crosses_processes(const settings::Settings& settings) {
    return settings.section("channel_layer").text("backend") != "memory";
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
    const std::vector<std::string> layers = settings.channel_layers();
    for (const WorkerPlan& plan : plans) {
        if (std::ranges::find(layers, plan.options.layer) == layers.end()) {
            problems.add(settings.describe("worker." + plan.channel,
                                           "layer",
                                           "there is no channel layer `" + plan.options.layer +
                                               "`; add the section [channel_layer." + plan.options.layer +
                                               "]"));
        }
        if (plan.options.in_process || crosses_processes(settings)) continue;
        problems.add(
            settings.describe("worker." + plan.channel,
                              "in_process",
                              "is no, but [channel_layer] backend = memory reaches no other process, so "
                              "this channel would never be served; write yes"));
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
    if (!crosses_processes(settings)) {
        problems.add(settings.describe(
            "channel_layer",
            "backend",
            "memory reaches no other process, so `zanhu worker` would never get a "
            "message; let the daemon run its workers itself (in_process = yes in their sections)"));
    }
    problems.raise_if_any();
    return chosen;
}

}  // namespace zanhu::app
