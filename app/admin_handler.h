#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <zanhu/services.h>
#include <zanhu/task.h>

#include "app/channel_layers.h"
#include "core/admin/message.h"

namespace zanhu::app {

/// Carries out what zanhu-admin asks for. Owned by the daemon, outlives the AdminServer; called on that
/// server's loop, for several clients at a time.
class AdminHandler {
public:
    virtual ~AdminHandler() = default;
    /// What it throws becomes a Refusal.
    virtual Task<admin::Reply> handle(admin::Request request) = 0;
};

/// What the status request asks the rest of the daemon.
struct DaemonState {
    DaemonState() = default;
    std::size_t connections = 0;  ///< of any kind
    std::size_t websockets = 0;
    bool draining = false;
};

/// The daemon's AdminHandler: broadcasts through its connections and layer, closes the sockets of changed
/// users.
class DaemonAdminHandler final : public AdminHandler {
public:
    using StateQuery = std::function<Task<DaemonState>()>;

    /// `services` and `layers` must outlive it. `state` is called on the admin server's loop. The uptime
    /// counts from here.
    DaemonAdminHandler(Services& services, ChannelLayers& layers, StateQuery state);

    Task<admin::Reply> handle(admin::Request request) override;

private:
    Task<admin::Reply> broadcast(admin::Broadcast broadcast);
    Task<admin::Reply> close_sockets(admin::UserChanged changed);
    Task<admin::Reply> status();

    Services& services_;
    ChannelLayers& layers_;
    const StateQuery state_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace zanhu::app
