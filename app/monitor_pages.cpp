#include "app/monitor_pages.h"

#include <chrono>
#include <utility>

#include "app/process_metrics.h"
#include "core/base/exposition.h"

namespace zanhu::app {

namespace {

// A loop that has not ended its turn for so long does not come back by itself.
constexpr std::chrono::seconds k_stuck{10};

Task<void> answer(Link& link, int status, std::string_view type, std::string body) {
    ResponseStart start(status);
    start.headers.add("content-type", type);
    start.headers.add("cache-control", "no-store");
    if (status == 405) start.headers.add("allow", "GET, HEAD");
    co_await link.send(std::move(start));
    ResponseBody bytes(std::move(body));
    co_await link.send(std::move(bytes));
}

Task<void> answer_text(Link& link, int status, std::string body) {
    return answer(link, status, "text/plain; charset=utf-8", std::move(body));
}

/// Green, or what is wrong.
Task<void> answer_problems(Link& link, std::string problems) {
    if (problems.empty()) return answer_text(link, 200, "ok\n");
    return answer_text(link, 503, std::move(problems));
}

}  // namespace

Task<void> MonitorPages::run(Scope& scope, Link& link) {
    if (scope.type != ScopeType::http) return answer_text(link, 404, "there are no WebSockets here\n");
    if (scope.method != "GET" && scope.method != "HEAD")
        return answer_text(link, 405, "GET and HEAD are understood here\n");
    if (scope.path == "/metrics") return answer_metrics(link);
    if (scope.path == "/healthz") return answer_health(link);
    if (scope.path == "/readyz") return answer_readiness(link);
    return answer_text(link, 404, "here are /metrics, /healthz and /readyz\n");
}

Task<void> MonitorPages::answer_health(Link& link) {
    std::string problems;
    for (std::size_t i = 0; i < monitored_.loops.size(); ++i) {
        const auto stuck = std::chrono::duration_cast<std::chrono::seconds>(monitored_.loops[i]->stuck_for());
        if (stuck < k_stuck) continue;
        problems +=
            "loop " + std::to_string(i) + ": in one turn for " + std::to_string(stuck.count()) + " s\n";
    }
    return answer_problems(link, std::move(problems));
}

Task<void> MonitorPages::answer_readiness(Link& link) {
    std::string problems;
    if (monitored_.draining()) {
        problems = "draining: the daemon is shutting down\n";
    } else {
        for (ReadinessProbe* probe : monitored_.readiness->probes()) {
            const std::string problem = co_await probe->problem();
            if (!problem.empty()) problems += std::string(probe->name()) + ": " + problem + '\n';
        }
    }
    co_await answer_problems(link, std::move(problems));
}

Task<void> MonitorPages::answer_metrics(Link& link) {
    Exposition exposition;
    exposition.metrics("zanhu_");
    add_process_metrics(exposition);
    return answer(link, 200, k_exposition_type, exposition.text());
}

}  // namespace zanhu::app
