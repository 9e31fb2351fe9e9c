#pragma once

#include <functional>
#include <string>
#include <vector>

#include <zanhu/application.h>

#include "core/base/readiness.h"
#include "core/net/epoll_loop.h"

namespace zanhu::app {

/// What the pages show of the rest of the daemon. Everything outlives the pages, and may be asked on any
/// thread.
struct Monitored {
    std::vector<const net::EpollLoop*> loops;
    const Readiness* readiness = nullptr;
    std::function<bool()> draining;
};

/// The site of the monitoring listener: `/metrics` for Prometheus; `/healthz`, which is red when the process
/// should be restarted; `/readyz`, which is red while nobody should be sent to it.
class MonitorPages final : public Application {
public:
    explicit MonitorPages(Monitored monitored) : monitored_(std::move(monitored)) {}

    Task<void> run(Scope& scope, Link& link) override;

private:
    Task<void> answer_health(Link& link);
    Task<void> answer_readiness(Link& link);
    Task<void> answer_metrics(Link& link);

    const Monitored monitored_;
};

}  // namespace zanhu::app
