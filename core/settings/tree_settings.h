#pragma once

#include <string>
#include <vector>

namespace zanhu::settings {

class Settings;

/// One element of a chain.
struct ChainElement {
    std::string name;        ///< as the list names it; also its section's name
    std::string class_name;  ///< key `class` of that section, else the name itself
    bool operator==(const ChainElement&) const = default;
};

/// One `[route.NAME]`: a place in the tree of routes. The options of a route are in route_options.h.
struct RouteSettings {
    enum class Kind { path, re_path };

    std::string name;     ///< as the list names it
    std::string section;  ///< `route.NAME`
    Kind kind = Kind::path;
    std::string pattern;
    std::string consumer;                  ///< empty: `routes` are tried with the rest of the path
    std::vector<RouteSettings> routes;     ///< in the order in which they are tried
    std::vector<ChainElement> middleware;  ///< of this route alone, outermost first
    bool operator==(const RouteSettings&) const = default;
};

/// One `[worker.NAME]`: the consumer of a channel.
struct WorkerSettings {
    std::string channel;  ///< NAME
    std::string section;  ///< `worker.NAME`
    std::string consumer;
    std::vector<ChainElement> middleware;
    bool operator==(const WorkerSettings&) const = default;
};

/// The names of the routers in the chains.
constexpr const char* k_routes = "routes";
constexpr const char* k_http_routes = "http_routes";
constexpr const char* k_workers = "workers";

/// The applications to be built, from [routing], [routes], [http_routes], [workers] and the components'
/// sections. Order is that of the lists. The sections' own keys are checked by Settings::component(), with
/// the keys of the factory that class_name or consumer names. Without a file it is the complete built-in
/// site.
struct TreeSettings {
    std::vector<ChainElement> websocket;  ///< outermost first; the last is `routes`
    std::vector<ChainElement> http;       ///< outermost first; the last is the pages, or `http_routes`
    std::vector<ChainElement> channel;    ///< outermost first; the last is `workers`
    std::string root_path;
    std::vector<RouteSettings> routes;
    std::vector<RouteSettings> http_routes;
    std::vector<WorkerSettings> workers;

    static TreeSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
