#include <exception>
#include <string_view>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/task.h>
#include <zanhu/worker_pool.h>

#include "cli/doctor_steps.h"
#include "core/net/epoll_loop.h"
#include "core/redis/command.h"
#include "core/redis/connection.h"
#include "core/redis/connection_options.h"
#include "core/settings/layer_settings.h"

namespace zanhu::cli {

namespace {

/// Connects as the daemon does, and says what keeps it from that; empty: nothing.
Task<std::string> problem_with(net::EpollLoop& loop, WorkerPool& resolver, redis::ConnectionOptions options) {
    redis::Connection connection(loop, resolver, std::move(options), nullptr);
    connection.start();
    std::string problem;
    try {
        co_await connection.call(redis::command("PING"));
    } catch (const std::exception& error) {
        problem = error.what();
    }
    co_await connection.stop();
    co_return problem;
}

std::string try_to_connect(const redis::ConnectionOptions& options) {
    net::EpollLoop loop;
    WorkerPool resolver("resolver", 1, 1);
    Task<std::string> task = problem_with(loop, resolver, options);
    loop.post([&] { task.start([](void* self) { static_cast<net::EpollLoop*>(self)->stop(); }, &loop); });
    loop.run();
    return task.result();
}

std::string remedy_for(std::string_view problem, const std::string& key) {
    if (problem.find("password") != std::string_view::npos)
        return "write redis://:PASSWORD@HOST:PORT/DATABASE in " + key +
               ", with the password of the site's CHANNEL_LAYERS";
    if (problem.find("no such database") != std::string_view::npos)
        return "the database must be the one of the site's CHANNEL_LAYERS";
    return "start Redis, or let " + key + " name the hosts of the site's CHANNEL_LAYERS";
}

void look_at_host(const settings::Settings& settings,
                  const settings::LayerSettings::Host& host,
                  const std::string& step,
                  Findings& findings) {
    const std::string key = "[" + host.section + "] " + host.key;
    try {
        const auto options = redis::connection_options(settings, host.url, host.section, host.key);
        const std::string problem = try_to_connect(options);
        const std::string where = options.target.description();
        if (problem.empty()) {
            findings.ok(step, where + " answers");
        } else {
            findings.fail(
                step,
                problem + ". Log-ins do not need it, and group_send of a Django view does not arrive",
                remedy_for(problem, key));
        }
    } catch (const ConfigError& error) {
        findings.fail(step, error.what(), "", ExitCode::configuration);
    }
}

}  // namespace

void look_at_layers(const settings::Settings& settings, Findings& findings) {
    for (const std::string& alias : settings.channel_layers()) {
        const std::string step = alias == "default" ? "channel layer" : "channel layer " + alias;
        const auto layer = settings::LayerSettings::from(settings, alias);
        if (layer.backend == settings::LayerSettings::Backend::memory) {
            findings.note(step,
                          "in memory, so group_send of a Django view does not arrive: name the hosts of the "
                          "site's CHANNEL_LAYERS in [channel_layer] hosts, or set REDIS_URL");
            continue;
        }
        for (const auto& host : layer.hosts)
            look_at_host(settings, host, step, findings);
    }
}

}  // namespace zanhu::cli
