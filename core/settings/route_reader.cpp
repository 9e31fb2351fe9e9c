#include "core/settings/route_reader.h"

#include <Poco/String.h>

#include <algorithm>

#include <zanhu/names.h>

#include "core/settings/nearest.h"

namespace zanhu::settings {
namespace {

// Every level is tried in every other, so their number bounds how long a look-up may take.
constexpr std::size_t k_max_depth = 8;

std::string way(const std::vector<std::string>& above, const std::string& name) {
    std::string text;
    for (const auto& route : above)
        text += route + " -> ";
    return text + name;
}

}  // namespace

std::vector<RouteSettings> RouteReader::routes(std::string_view section, std::string_view key) {
    std::vector<RouteSettings> routes;
    for (const auto& name : names_.names(section, key)) {
        const auto same = [&name](const std::string& other) { return Poco::icompare(other, name) == 0; };
        if (std::any_of(above_.begin(), above_.end(), same)) {
            names_.problem(section,
                           key,
                           "`" + name + "` is nested in itself (" + way(above_, name) +
                               "); take it out of one of the lists");
        } else if (above_.size() >= k_max_depth) {
            names_.problem(section,
                           key,
                           "`" + name + "` is nested more than " + std::to_string(k_max_depth) +
                               " deep; write longer paths in fewer routers");
            return routes;
        } else {
            routes.push_back(route(name, section, key));
        }
    }
    return routes;
}

RouteSettings RouteReader::route(const std::string& name,
                                 std::string_view list_section,
                                 std::string_view list_key) {
    RouteSettings route;
    route.name = name;
    route.section = "route." + name;
    if (!is_there(route)) {
        const auto meant = nearest(route.section, names_.settings().route_sections());
        names_.problem(list_section,
                       list_key,
                       "names `" + name + "`, but there is no section [" + route.section + "]; " +
                           (meant.empty() ? "add it, or take the name out of the list"
                                          : "did you mean [" + meant + "]?"));
        return route;
    }
    read_pattern(route);
    read_target(route);
    route.middleware = names_.chain(route.section, "middleware");
    return route;
}

bool RouteReader::is_there(const RouteSettings& route) const {
    const Settings& settings = names_.settings();
    if (settings.has_section(route.section)) return true;
    for (const char* key : {"path", "re_path", "consumer", "routes"}) {
        if (settings.is_set(route.section, key) || !settings.peek(route.section, key).empty()) return true;
    }
    return false;
}

void RouteReader::read_pattern(RouteSettings& route) {
    const Settings& settings = names_.settings();
    const bool path_is_set = settings.is_set(route.section, "path");
    if (settings.is_set(route.section, "re_path")) {
        route.kind = RouteSettings::Kind::re_path;
        route.pattern = settings.peek(route.section, "re_path");
        if (path_is_set) names_.problem(route.section, "re_path", "stands beside path; keep one of the two");
        if (route.pattern.starts_with('/') || route.pattern.starts_with("^/")) {
            names_.problem(route.section,
                           "re_path",
                           "`" + route.pattern + "` begins with a slash, which no path here does; remove it");
        }
        return;
    }
    route.pattern = settings.peek(route.section, "path");
    if (route.pattern.empty() && !path_is_set) {
        names_.problem(
            route.section, "path", "is missing; set it to the path of the socket, such as ws/chat/");
    }
    if (route.pattern.starts_with('/')) {
        names_.problem(route.section,
                       "path",
                       "`" + route.pattern + "` starts with a slash; remove it, as in Django's path()");
    }
}

void RouteReader::read_target(RouteSettings& route) {
    const Settings& settings = names_.settings();
    if (settings.is_set(route.section, "routes")) {
        if (settings.is_set(route.section, "consumer"))
            names_.problem(route.section, "routes", "stands beside consumer; keep one of the two");
        above_.push_back(route.name);
        route.routes = routes(route.section, "routes");
        above_.pop_back();
        if (settings.peek(route.section, "routes").empty()) {
            names_.problem(route.section,
                           "routes",
                           "is empty; name the routes that are tried with the rest of the path");
        }
        return;
    }
    route.consumer = settings.peek(route.section, "consumer");
    if (route.consumer.empty()) {
        names_.problem(route.section, "consumer", "is missing; set it to the consumer of this path");
    }
}

std::vector<WorkerSettings> RouteReader::workers() {
    std::vector<WorkerSettings> workers;
    const Settings& settings = names_.settings();
    for (const auto& name : names_.names(k_workers, "list")) {
        WorkerSettings worker;
        worker.channel = name;
        if (!is_valid_channel_name(name))
            names_.problem(
                k_workers, "list", "`" + name + "` is too long for a channel; use less than 100 letters");
        worker.section = "worker." + name;
        worker.consumer = settings.peek(worker.section, "consumer");
        if (!settings.has_section(worker.section) && worker.consumer.empty()) {
            names_.problem(k_workers,
                           "list",
                           "names `" + name + "`, but there is no section [" + worker.section +
                               "]; add it, or take the name out of the list");
        } else if (worker.consumer.empty()) {
            names_.problem(
                worker.section, "consumer", "is missing; set it to the consumer of this channel's messages");
        }
        worker.middleware = names_.chain(worker.section, "middleware");
        workers.push_back(std::move(worker));
    }
    return workers;
}

}  // namespace zanhu::settings
