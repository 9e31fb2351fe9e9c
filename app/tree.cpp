#include "app/tree.h"

#include <algorithm>
#include <set>
#include <utility>

#include <zanhu/errors.h>

#include "app/upgrade_required.h"

namespace zanhu::app {

Tree::Tree(settings::Settings& settings, const Components& components, Services& services)
    : settings_(settings),
      components_(components),
      services_(services),
      tree_(settings::TreeSettings::from(settings)) {
    settings::Problems problems;
    websocket_ = make_chain(tree_.websocket, "websocket", problems);
    http_ = make_chain(tree_.http, "http", problems);
    make_routes(problems);
    // Order says nothing about a chain of which a part could not be made.
    problems.raise_if_any();
    std::vector<std::string_view> needed;
    for (const Route& route : routes_)
        needed.insert(needed.end(), route.factory->needs().begin(), route.factory->needs().end());
    check_order(websocket_, "websocket", needed, problems);
    check_order(http_, "http", http_.back().application->needs(), problems);
    problems.raise_if_any();
}

Tree::~Tree() = default;

template <class Make>
auto Tree::configured(Make make,
                      std::string_view section,
                      std::string_view key,
                      const std::string& own_section,
                      settings::Problems& problems) {
    decltype(make()) factory;
    try {
        factory = make();
    } catch (const ConfigError& error) {
        problems.add(settings_.describe(section, key, error.what()));
        return factory;
    }
    problems.collect([&] {
        const ConfigView view = settings_.component(own_section, factory->keys());
        try {
            factory->configure(view, services_);
        } catch (const ConfigError& error) {
            const std::string text = error.what();
            const bool placed = text.find("[" + own_section + "]") != std::string::npos;
            throw ConfigError(placed ? text : settings_.describe(section, key, text));
        }
    });
    return factory;
}

Tree::Chain Tree::make_chain(const std::vector<settings::ChainElement>& elements,
                             std::string_view which,
                             settings::Problems& problems) {
    Chain chain;
    for (const settings::ChainElement& element : elements) {
        Place place;
        place.name = element.name;
        const bool by_class = element.name != element.class_name && settings_.is_set(element.name, "class");
        const std::string_view section = by_class ? std::string_view(element.name) : "routing";
        const std::string_view key = by_class ? "class" : which;
        const bool last = &element == &elements.back();
        if (last && which == "http") {
            const auto make = [&] { return components_.application(element.class_name, ScopeType::http); };
            place.application = configured(make, section, key, element.name, problems);
        } else if (!last) {
            const auto make = [&] { return components_.middleware(element.class_name); };
            place.middleware = configured(make, section, key, element.name, problems);
        }
        chain.push_back(std::move(place));
    }
    return chain;
}

void Tree::make_routes(settings::Problems& problems) {
    for (const settings::RouteSettings& route : tree_.routes) {
        const auto make = [&] { return components_.application(route.consumer, ScopeType::websocket); };
        auto factory = configured(make, route.section, "consumer", route.section, problems);
        try {
            routes_.push_back({PathPattern(route.path), std::move(factory)});
        } catch (const ConfigError& error) {
            problems.add(settings_.describe(route.section, "path", error.what()));
        }
    }
}

void Tree::check_order(const Chain& chain,
                       std::string_view which,
                       std::span<const std::string_view> needed,
                       settings::Problems& problems) const {
    std::set<std::string_view> provided;
    const auto require = [&](std::span<const std::string_view> slots, const std::string& who) {
        for (const std::string_view slot : slots) {
            if (provided.contains(slot)) continue;
            problems.add(settings_.describe(
                "routing",
                which,
                "'" + who + "' needs '" + std::string(slot) +
                    "', which nothing ahead of it provides; put the middleware for it further to the left"));
        }
    };
    for (const Place& place : chain) {
        if (place.middleware == nullptr) continue;
        require(place.middleware->needs(), place.name);
        for (const std::string_view slot : place.middleware->provides())
            provided.insert(slot);
    }
    require(needed, chain.back().name);
}

Application& Tree::keep(std::unique_ptr<Application> application) {
    applications_.push_back(std::move(application));
    return *applications_.back();
}

Application& Tree::wrap(const Chain& chain, Application& innermost) {
    Application* application = &innermost;
    for (auto place = chain.rbegin(); place != chain.rend(); ++place) {
        if (place->middleware != nullptr) application = &keep(place->middleware->wrap(*application));
    }
    return *application;
}

Application& Tree::build() {
    auto routes = std::make_unique<UrlRouter>();
    for (Route& route : routes_)
        routes->add(std::move(route.pattern), keep(route.factory->make()));
    UrlRouter& websocket_routes = *routes;
    keep(std::move(routes));
    Application& pages = wrap(http_, keep(http_.back().application->make()));

    auto protocols = std::make_unique<ProtocolTypeRouter>();
    protocols->add(ScopeType::websocket, wrap(websocket_, websocket_routes));
    protocols->add(ScopeType::http, keep(std::make_unique<UpgradeRequired>(websocket_routes, pages)));
    return keep(std::move(protocols));
}

}  // namespace zanhu::app
