#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/settings/name_reader.h"

namespace zanhu::settings {

/// Reads lists of routes with all that is nested in them, and lists of workers. A local of whoever reads the
/// tree.
class RouteReader {
public:
    explicit RouteReader(NameReader& names) : names_(names) {}

    /// The routes that `section`.`key` lists.
    std::vector<RouteSettings> routes(std::string_view section, std::string_view key);
    std::vector<WorkerSettings> workers();

private:
    RouteSettings route(const std::string& name, std::string_view list_section, std::string_view list_key);
    void read_pattern(RouteSettings& route);
    void read_target(RouteSettings& route);
    bool is_there(const RouteSettings& route) const;

    NameReader& names_;
    std::vector<std::string> above_;  // the routes in which the one that is read is nested
};

}  // namespace zanhu::settings
