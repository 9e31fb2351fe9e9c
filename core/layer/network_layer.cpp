#include "core/layer/network_layer.h"

#include <Poco/Logger.h>

#include <utility>

#include "core/base/metrics.h"

namespace zanhu::layer {

namespace {

Counter gaps("layer_gaps_total", "Times that Redis was away, so that messages may be missing");

}  // namespace

NetworkLayer::NetworkLayer(net::EpollLoop& home, std::size_t hosts)
    : home_(home),
      ended_future_(ended_.get_future().share()),
      problems_(hosts, "not connected to Redis yet") {}

void NetworkLayer::start() {
    home_.post([this] { begin(); });
}

std::shared_future<void> NetworkLayer::stop() {
    if (stop_asked_.exchange(true)) return ended_future_;
    home_.post([this] {
        end_ = end();
        end_.start(
            [](void* self) {
                auto& layer = *static_cast<NetworkLayer*>(self);
                layer.home_.post([&layer] {
                    layer.end_ = Task<void>();
                    layer.ended_.set_value();
                });
            },
            this);
    });
    return ended_future_;
}

std::string NetworkLayer::problem() const {
    const std::lock_guard lock(mutex_);
    for (const std::string& problem : problems_) {
        if (!problem.empty()) return problem;
    }
    return {};
}

void NetworkLayer::set_problem(std::size_t host, const std::string& problem) {
    const std::lock_guard lock(mutex_);
    problems_[host] = problem;
}

Task<void> NetworkLayer::tell_of_gap(ProcessGroups& groups, bool close) {
    gaps.add();
    LayerMessage message("layer.reconnected");
    message.set("close", close);
    SharedMessage shared(std::move(message));
    const std::size_t told = co_await groups.deliver_to_all(std::move(shared));
    Poco::Logger::get("zanhu.layer")
        .notice("Redis is back: memberships are restored, and " + std::to_string(told) +
                " consumers were told that messages may be missing");
}

}  // namespace zanhu::layer
