#include "app/channel_layers.h"

#include <utility>

#include "app/mapping.h"
#include "app/redis_mapping.h"
#include "core/layer/memory_layer.h"
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
    std::unique_ptr<ChannelLayer> layer;
    if (LayerSettings::from(settings, alias).backend == LayerSettings::Backend::memory) {
        layer = std::make_unique<layer::MemoryLayer>(layer_options(settings, alias), loops);
    } else {
        auto redis =
            std::make_unique<layer::RedisLayer>(redis_layer_options(settings, alias), home, loops, resolver);
        if (alias == "default") {
            redis->on_broadcast([&connections](SharedMessage message) {
                return connections.broadcast(LayerMessage(*message));
            });
        }
        redis->start();
        redis_.push_back(redis.get());
        layer = std::move(redis);
    }
    layers_.insert_or_assign(std::string(alias), std::move(layer));
}

ChannelLayer* ChannelLayers::find(std::string_view alias) const {
    const auto found = layers_.find(alias);
    return found == layers_.end() ? nullptr : found->second.get();
}

layer::RedisLayer* ChannelLayers::default_redis() const {
    return dynamic_cast<layer::RedisLayer*>(find("default"));
}

Task<std::size_t> ChannelLayers::broadcast(Connections& connections, LayerMessage message) {
    std::size_t reached = 0;
    if (layer::RedisLayer* redis = default_redis()) {
        LayerMessage copy = message;
        reached = co_await redis->broadcast_to_others(std::move(copy));
    }
    co_return reached + co_await connections.broadcast(std::move(message));
}

Task<std::size_t> ChannelLayers::group_send(std::string group, LayerMessage message) {
    if (layer::RedisLayer* redis = default_redis())
        return redis->group_send_everywhere(std::move(group), std::move(message));
    return find("default")->group_send(std::move(group), std::move(message));
}

Task<std::string> ChannelLayers::problem() {
    for (const layer::RedisLayer* redis : redis_) {
        if (std::string problem = redis->problem(); !problem.empty()) co_return problem;
    }
    co_return std::string();
}

std::vector<std::shared_future<void>> ChannelLayers::leave() {
    std::vector<std::shared_future<void>> left;
    left.reserve(redis_.size());
    for (layer::RedisLayer* redis : redis_)
        left.push_back(redis->stop());
    return left;
}

}  // namespace zanhu::app
