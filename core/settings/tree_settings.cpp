#include "core/settings/tree_settings.h"

#include <Poco/Ascii.h>
#include <Poco/String.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "core/settings/nearest.h"
#include "core/settings/schema.h"
#include "core/settings/settings.h"

namespace zanhu::settings {
namespace {

bool is_name(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) {
        return Poco::Ascii::isAlphaNumeric(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
    });
}

class TreeReader {
public:
    explicit TreeReader(const Settings& settings) : settings_(settings) {}

    TreeSettings read() {
        TreeSettings tree;
        tree.websocket = chain("websocket");
        tree.http = chain("http");
        if (tree.websocket.empty() || tree.websocket.back().name != "routes") {
            problem(
                "routing", "websocket", "must end with routes, behind which are the consumers; add it there");
        }
        for (const auto& name : names("routes", "list"))
            tree.routes.push_back(route(name));
        problems_.raise_if_any();
        return tree;
    }

private:
    void problem(std::string_view section, std::string_view key, const std::string& what) {
        problems_.add(settings_.describe(section, key, what));
    }

    std::vector<std::string> names(std::string_view section, std::string_view key) {
        auto list = settings_.section(section).list(key);
        std::set<std::string> seen;
        for (const auto& name : list) {
            if (!is_name(name)) {
                problem(section, key, "`" + name + "` is not a name; use letters, digits, - and _");
            } else if (!seen.insert(Poco::toLower(name)).second) {
                problem(section, key, "`" + name + "` is there twice; remove one of the two");
            }
        }
        return list;
    }

    std::vector<ChainElement> chain(std::string_view key) {
        std::vector<ChainElement> elements;
        for (const auto& name : names("routing", key))
            elements.push_back({name, class_of(name)});
        if (elements.empty())
            problem("routing", key, "is empty; name the chain, or remove the key for the default");
        return elements;
    }

    // The pages and the router have fixed sections, which have no key `class`.
    std::string class_of(const std::string& name) const {
        if (name == "site") return "Site";
        if (find_section(name) != nullptr) return name;
        auto class_name = settings_.peek(name, "class");
        return class_name.empty() ? name : class_name;
    }

    RouteSettings route(const std::string& name) {
        RouteSettings route{name, "route." + name, {}, {}};
        route.path = settings_.peek(route.section, "path");
        route.consumer = settings_.peek(route.section, "consumer");
        const bool nothing = route.path.empty() && route.consumer.empty() &&
                             !settings_.is_set(route.section, "path") &&
                             !settings_.has_section(route.section);
        if (nothing) {
            problem("routes",
                    "list",
                    "names `" + name + "`, but there is no section [" + route.section + "]; " + hint(route));
            return route;
        }
        if (route.path.empty() && !settings_.is_set(route.section, "path")) {
            problem(route.section, "path", "is missing; set it to the path of the socket, such as ws/chat/");
        }
        if (route.path.starts_with('/')) {
            problem(route.section,
                    "path",
                    "`" + route.path + "` starts with a slash; remove it, as in Django's path()");
        }
        if (route.consumer.empty()) {
            problem(route.section, "consumer", "is missing; set it to the consumer of this path");
        }
        return route;
    }

    std::string hint(const RouteSettings& route) const {
        const auto meant = nearest(route.section, settings_.route_sections());
        return meant.empty() ? "add it, or take the name out of the list" : "did you mean [" + meant + "]?";
    }

    const Settings& settings_;
    Problems problems_;
};

}  // namespace

TreeSettings TreeSettings::from(const Settings& settings) {
    return TreeReader(settings).read();
}

}  // namespace zanhu::settings
