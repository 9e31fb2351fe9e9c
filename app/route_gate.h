#pragma once

#include <zanhu/application.h>

#include "core/settings/route_options.h"

namespace zanhu::app {

/// What stands ahead of a route that has options: refuses with 403 who may not come here, and leaves in the
/// scope what the connection has to keep to. One a route; any loop.
class RouteGate final : public Application {
public:
    RouteGate(settings::RouteOptions options, Application& inner)
        : options_(std::move(options)), inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override;

private:
    /// What the user lacks, as a sentence for the client; empty when nothing.
    const char* refusal(Scope& scope) const;
    void choose_subprotocols(Scope& scope) const;

    const settings::RouteOptions options_;
    Application& inner_;
};

}  // namespace zanhu::app
