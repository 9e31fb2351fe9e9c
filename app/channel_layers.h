#pragma once

#include <cstddef>
#include <future>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/channel_layer.h>
#include <zanhu/event_loop.h>
#include <zanhu/services.h>
#include <zanhu/worker_pool.h>

#include "core/base/readiness.h"
#include "core/net/epoll_loop.h"
#include "core/settings/settings.h"

namespace zanhu::layer {
class NetworkLayer;
}

namespace zanhu::app {

/// The channel layers by alias. Owned by the services; made and ended on the main thread.
class ChannelLayers final : public ReadinessProbe {
public:
    ChannelLayers();
    ChannelLayers(const ChannelLayers&) = delete;
    ChannelLayers& operator=(const ChannelLayers&) = delete;
    ~ChannelLayers() override;

    /// Throws the ConfigError that open() would.
    static void check(const settings::Settings& settings, std::string_view alias);
    /// Adds the configured layer over the loops; what needs a connection lives on `home`.
    void open(const settings::Settings& settings,
              std::string_view alias,
              net::EpollLoop& home,
              std::span<EventLoop* const> loops,
              WorkerPool& resolver,
              Connections& connections);
    /// Null when there is none.
    ChannelLayer* find(std::string_view alias) const;
    std::string_view name() const noexcept override { return "channel_layer"; }
    /// Why a layer does not work at the moment.
    Task<std::string> problem() override;
    /// To every connection of this and all other nodes, and to all members of a group; both return how many
    /// took it.
    Task<std::size_t> broadcast(Connections& connections, LayerMessage message);
    Task<std::size_t> group_send(std::string group, LayerMessage message);
    /// Leaves Redis. The loops must run until all of these are ready.
    std::vector<std::shared_future<void>> leave();

private:
    /// The default layer, when it reaches other processes; else null.
    layer::NetworkLayer* default_network() const;

    std::map<std::string, std::unique_ptr<ChannelLayer>, std::less<>> layers_;
    std::vector<layer::NetworkLayer*> networks_;
};

}  // namespace zanhu::app
