#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <zanhu/routing.h>

#include "app/factories.h"
#include "core/settings/route_options.h"
#include "core/settings/tree_settings.h"

namespace zanhu::app {

/// The routes of one kind of connection, nested as configured: their patterns, options and factories, and in
/// the end the routers. Owned by the tree; main thread.
class RouteTree {
public:
    /// Compiles the patterns, and makes and configures the factories.
    RouteTree(std::span<const settings::RouteSettings> routes,
              ScopeType serves,
              Factories& factories,
              settings::Problems& problems);

    /// Checks that what each route needs is provided, by `provided` or by middleware of its own.
    void check(const Slots& provided, const Factories& factories, settings::Problems& problems) const;
    /// Makes the applications; once.
    UrlRouter& build(Applications& applications);

private:
    struct Route {
        std::string section;
        UrlPattern pattern;
        settings::RouteOptions options;
        Chain middleware;
        std::unique_ptr<ApplicationFactory> consumer;  // null: a router
        std::string consumer_name;
        std::unique_ptr<RouteTree> inner;
    };

    void add(const settings::RouteSettings& settings, Factories& factories, settings::Problems& problems);

    const ScopeType serves_;
    std::vector<Route> routes_;
};

}  // namespace zanhu::app
