#pragma once

#include <zanhu/routing.h>

namespace zanhu::app {

/// Answers a plain HTTP request for a WebSocket's path with 426 (RFC 9110 15.5.22), so that a forgotten
/// upgrade header in a proxy shows as what it is; everything else goes on to the pages.
class UpgradeRequired final : public Application {
public:
    UpgradeRequired(const UrlRouter& websocket_routes, Application& inner) noexcept
        : websocket_routes_(websocket_routes), inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override;

private:
    const UrlRouter& websocket_routes_;
    Application& inner_;
};

}  // namespace zanhu::app
