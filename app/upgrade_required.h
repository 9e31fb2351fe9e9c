#pragma once

#include <zanhu/routing.h>

namespace zanhu::app {

/// Answers a plain HTTP request for a WebSocket's path with 426 (RFC 9110 15.5.22), so that a forgotten
/// upgrade header in a proxy shows as what it is; everything else, and what has an HTTP route, goes on.
class UpgradeRequired final : public Application {
public:
    /// `http_routes` may be null.
    UpgradeRequired(const UrlRouter& websocket_routes,
                    const UrlRouter* http_routes,
                    Application& inner) noexcept
        : websocket_routes_(websocket_routes), http_routes_(http_routes), inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override;

private:
    const UrlRouter& websocket_routes_;
    const UrlRouter* http_routes_;
    Application& inner_;
};

}  // namespace zanhu::app
