#include "app/channel_layers.h"

#include <utility>

#include "app/mapping.h"
#include "app/redis_mapping.h"
#include "core/layer/memory_layer.h"
#include "core/layer/pubsub_layer.h"
#include "core/layer/redis_layer.h"
#include "core/settings/layer_settings.h"

namespace zanhu::app {

using settings::LayerSettings;

ChannelLayers::ChannelLayers() = default;
ChannelLayers::~ChannelLayers() = default;

void ChannelLayers::check(const settings::Settings& settings, std::string_view alias) {
    if (LayerSettings::from(settings, alias).backend != LayerSettings::Backend::memory)
        (void)redis_layer_options(settings, alias);
}

void ChannelLayers::open(const settings::Settings& settings,
                         std::string_view alias,
                         net::EpollLoop& home,
                         std::span<EventLoop* const> loops,
                         WorkerPool& resolver,
                         Connections& connections) {
    const LayerSettings::Backend backend = LayerSettings::from(settings, alias).backend;
    std::unique_ptr<layer::NetworkLayer> network;
    if (backend == LayerSettings::Backend::memory) {
        layers_.insert_or_assign(std::string(alias),
                                 std::make_unique<layer::MemoryLayer>(layer_options(settings, alias), loops));
        return;
    }
    layer::RedisOptions options = redis_layer_options(settings, alias);
    if (backend == LayerSettings::Backend::redis) {
        network = std::make_unique<layer::RedisLayer>(std::move(options), home, loops, resolver);
    } else {
        network = std::make_unique<layer::PubSubLayer>(std::move(options), home, loops, resolver);
    }
    if (alias == "default") {
        network->on_broadcast(
            [&connections](SharedMessage message) { return connections.broadcast(LayerMessage(*message)); });
    }
    network->start();
    networks_.push_back(network.get());
    layers_.insert_or_assign(std::string(alias), std::move(network));
}

ChannelLayer* ChannelLayers::find(std::string_view alias) const {
    const auto found = layers_.find(alias);
    return found == layers_.end() ? nullptr : found->second.get();
}

layer::NetworkLayer* ChannelLayers::default_network() const {
    return dynamic_cast<layer::NetworkLayer*>(find("default"));
}

Task<std::size_t> ChannelLayers::broadcast(Connections& connections, LayerMessage message) {
    std::size_t reached = 0;
    if (layer::NetworkLayer* network = default_network()) {
        LayerMessage copy = message;
        reached = co_await network->broadcast_to_others(std::move(copy));
    }
    co_return reached + co_await connections.broadcast(std::move(message));
}

Task<std::size_t> ChannelLayers::group_send(std::string group, LayerMessage message) {
    if (layer::NetworkLayer* network = default_network())
        return network->group_send_everywhere(std::move(group), std::move(message));
    return find("default")->group_send(std::move(group), std::move(message));
}

Task<std::string> ChannelLayers::problem() {
    for (const layer::NetworkLayer* network : networks_) {
        if (std::string problem = network->problem(); !problem.empty()) co_return problem;
    }
    co_return std::string();
}

std::vector<std::shared_future<void>> ChannelLayers::leave() {
    std::vector<std::shared_future<void>> left;
    left.reserve(networks_.size());
    for (layer::NetworkLayer* network : networks_)
        left.push_back(network->stop());
    return left;
}

}  // namespace zanhu::app
