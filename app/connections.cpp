#include "app/connections.h"

#include <algorithm>
#include <utility>

#include "core/base/across_loops.h"

namespace zanhu::app {

template <class F>
Task<std::size_t> LoopConnections::on_every_loop(F job) {
    std::vector<EventLoop*> loops;
    loops.reserve(registries_.size());
    for (connection::Registry* registry : registries_)
        loops.push_back(&registry->loop());
    auto run = [this, &job](EventLoop& loop) -> std::size_t {
        const auto found = std::find_if(registries_.begin(), registries_.end(), [&loop](auto* registry) {
            return &registry->loop() == &loop;
        });
        return job(**found);
    };
    co_return co_await on_loops(std::move(loops), run);
}

Task<std::size_t> LoopConnections::broadcast(LayerMessage message) {
    auto job = [shared = SharedMessage(std::move(message))](connection::Registry& registry) {
        return registry.broadcast(shared);
    };
    return on_every_loop(std::move(job));
}

Task<std::size_t> LoopConnections::close_user(std::string user_id, CloseCode code, std::string reason) {
    auto job = [user_id = std::move(user_id), code, reason = std::move(reason)](
                   connection::Registry& registry) { return registry.close_user(user_id, code, reason); };
    return on_every_loop(std::move(job));
}

Task<std::size_t> LoopConnections::close_session(std::string key, CloseCode code, std::string reason) {
    auto job = [key = std::move(key), code, reason = std::move(reason)](connection::Registry& registry) {
        return registry.close_session(key, code, reason);
    };
    return on_every_loop(std::move(job));
}

Task<std::size_t> LoopConnections::websockets() {
    auto job = [](connection::Registry& registry) { return registry.websockets(); };
    return on_every_loop(job);
}

}  // namespace zanhu::app
