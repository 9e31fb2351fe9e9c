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

struct RouteSettings {
    std::string name;     ///< as the list names it
    std::string section;  ///< `route.NAME`
    std::string path;
    std::string consumer;
    bool operator==(const RouteSettings&) const = default;
};

/// The applications to be built, from [routing], [routes] and the components' sections. Order is that of the
/// lists. The sections' own keys are checked by Settings::component(), with the keys of the factory that
/// class_name or consumer names. Without a file it is the complete built-in site.
struct TreeSettings {
    std::vector<ChainElement> websocket;  ///< outermost first; the last is `routes`
    std::vector<ChainElement> http;       ///< outermost first; the last is the pages
    std::vector<RouteSettings> routes;

    static TreeSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
