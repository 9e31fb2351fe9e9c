#include <exception>
#include <future>
#include <string>
#include <thread>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/task.h>
#include <zanhu/worker_pool.h>

#include "cli/doctor_steps.h"
#include "core/net/epoll_loop.h"
#include "core/storage/configured.h"

namespace zanhu::cli {

namespace {

using Cached = std::optional<std::string>;

Task<Cached> get(storage::SessionCache& cache, std::string key, std::string& problem) {
    try {
        co_return co_await cache.get(std::move(key));
    } catch (const std::exception& error) {
        problem = error.what();
    }
    co_return std::nullopt;
}

/// Asks the cache as the daemon does. `problem`: why it could not be asked.
Cached ask(storage::SessionCacheOptions options, const std::string& key, std::string& problem) {
    WorkerPool resolver("resolver", 1, 1);
    net::EpollLoop loop;
    storage::SessionCache cache(std::move(options), loop, resolver);
    Task<Cached> task;
    std::promise<void> ended;
    std::thread thread([&loop] { loop.run(); });
    cache.start();
    loop.post([&] {
        task = get(cache, key, problem);
        task.start([](void* promise) { static_cast<std::promise<void>*>(promise)->set_value(); }, &ended);
    });
    ended.get_future().get();
    cache.stop().wait();
    loop.stop();
    thread.join();
    return task.result();
}

}  // namespace

bool look_at_cache(const settings::Settings& settings,
                   const std::string& key,
                   std::optional<std::string>& cached,
                   Findings& findings) {
    auto options = storage::configured_session_cache(settings);
    if (!options) return true;
    const std::string where = options->connection.target.description();
    std::string problem;
    cached = ask(std::move(*options), key, problem);
    if (!problem.empty()) {
        // The engine cached_db does without it.
        const bool needed = storage::configured_sessions(settings).engine == storage::SessionEngine::cache;
        findings.fail("session cache",
                      problem + (needed ? "" : ". Until it answers, sessions are read from their rows"),
                      "[site] session_cache_url must be the LOCATION of the site's cache, with its password");
        return !needed;
    }
    findings.ok("session cache",
                where + (cached ? " has that session" : " answers, and has no such session"));
    return true;
}

}  // namespace zanhu::cli
