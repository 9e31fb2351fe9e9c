#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include <zanhu/components.h>
#include <zanhu/routing.h>

#include "app/factories.h"
#include "app/route_tree.h"
#include "app/worker_tree.h"
#include "core/settings/problems.h"
#include "core/settings/settings.h"
#include "core/settings/tree_settings.h"

namespace zanhu::app {

/// The applications that the configuration asks for: three chains of middleware, ahead of the WebSocket
/// routes, of the pages and their routes, and of the workers, behind one ProtocolTypeRouter. Built once at
/// start on the main thread; owned by the runtime; outlives every connection.
class Tree {
public:
    /// Makes and configures the factories, compiles the paths and checks the order of the chains. Throws one
    /// ConfigError with all problems.
    Tree(settings::Settings& settings, const Components& components, Services& services);
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;
    ~Tree();

    /// Makes the applications; once, when everything in Services is there.
    Application& build();
    /// Every configured worker.
    std::vector<WorkerPlan> workers() const { return workers_.plans(); }

private:
    void make_http_chain(settings::Problems& problems);
    void check_order(settings::Problems& problems) const;
    Application& build_http(UrlRouter*& http_routes);

    settings::TreeSettings tree_;
    Factories factories_;
    settings::Problems problems_;  // of the members below
    Chain websocket_;
    Chain http_;         // ahead of the routes, or of the pages when there are no routes
    Chain behind_http_;  // between the routes and the pages
    Chain channel_;
    bool has_http_routes_ = false;
    std::unique_ptr<ApplicationFactory> pages_;  // null: http_routes stand last
    RouteTree routes_;
    RouteTree http_routes_;
    WorkerTree workers_;
    Applications applications_;
};

}  // namespace zanhu::app
