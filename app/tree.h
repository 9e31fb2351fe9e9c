#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/components.h>
#include <zanhu/routing.h>

#include "core/settings/problems.h"
#include "core/settings/settings.h"
#include "core/settings/tree_settings.h"

namespace zanhu::app {

/// The applications that the configuration asks for: two chains of middleware, ahead of the WebSocket routes
/// and of the pages, behind one ProtocolTypeRouter. Built once at start on the main thread; owned by the
/// runtime; outlives every connection.
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

private:
    /// One configured class of middleware or of an application.
    struct Place {
        std::string name;
        std::unique_ptr<MiddlewareFactory> middleware;
        std::unique_ptr<ApplicationFactory> application;
    };
    using Chain = std::vector<Place>;

    Chain make_chain(const std::vector<settings::ChainElement>& elements,
                     std::string_view which,
                     settings::Problems& problems);
    void make_routes(settings::Problems& problems);
    /// Makes a factory, of middleware or of an application, and gives it its section. Null, and a problem
    /// named, when that fails. `section`.`key` is where the class is named.
    template <class Make>
    auto configured(Make make,
                    std::string_view section,
                    std::string_view key,
                    const std::string& own_section,
                    settings::Problems& problems);
    void check_order(const Chain& chain,
                     std::string_view which,
                     std::span<const std::string_view> needed,
                     settings::Problems& problems) const;
    Application& wrap(const Chain& chain, Application& innermost);
    Application& keep(std::unique_ptr<Application> application);

    settings::Settings& settings_;
    const Components& components_;
    Services& services_;
    settings::TreeSettings tree_;
    Chain websocket_;
    Chain http_;
    struct Route {
        PathPattern pattern;
        std::unique_ptr<ApplicationFactory> factory;
    };
    std::vector<Route> routes_;
    std::vector<std::unique_ptr<Application>> applications_;
};

}  // namespace zanhu::app
