#include "app/descriptor_limit.h"

#include <Poco/Logger.h>
#include <sys/resource.h>

#include <algorithm>
#include <string>

namespace zanhu::app {

namespace {

// Listeners, loops, the database's sessions, logs, the admin socket and its clients.
constexpr std::size_t k_besides = 256;

}  // namespace

void raise_descriptor_limit(std::size_t connections) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const rlim_t wanted = connections + k_besides;
    if (limit.rlim_cur >= wanted) return;
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    if (limit.rlim_cur >= wanted) return;
    Poco::Logger::get("zanhu").warning(
        "open files are limited to " + std::to_string(limit.rlim_cur) + ", and [server] max_connections = " +
        std::to_string(connections) + " needs " + std::to_string(wanted) +
        ": above that, clients get 503; raise LimitNOFILE or ulimit -n, or lower max_connections");
}

}  // namespace zanhu::app
