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
      tree_(settings::TreeSettings::from(settings)),
      websocket_(make_chain(tree_.websocket, "websocket")),
      http_(make_chain(tree_.http, "http")) {
    std::vector<std::string_view> needed;
    for (const settings::RouteSettings& route : tree_.routes) {
        auto factory = components_.application(route.consumer);
        factory->configure(settings_.component(route.section, factory->keys()), services_);
        needed.insert(needed.end(), factory->needs().begin(), factory->needs().end());
        route_factories_.push_back(std::move(factory));
    }
    check_order(websocket_, "websocket", needed);
    check_order(http_, "http", http_.back().application->needs());
}

Tree::~Tree() = default;

Tree::Chain Tree::make_chain(const std::vector<settings::ChainElement>& elements, std::string_view which) {
    Chain chain;
    for (const settings::ChainElement& element : elements) {
        Place place;
        place.name = element.name;
        const bool last = &element == &elements.back();
        if (last && which == "http") {
            place.application = components_.application(element.class_name);
            place.application->configure(settings_.component(element.name, place.application->keys()),
                                         services_);
        } else if (!last) {
            place.middleware = components_.middleware(element.class_name);
            place.middleware->configure(settings_.component(element.name, place.middleware->keys()),
                                        services_);
        }
        chain.push_back(std::move(place));
    }
    return chain;
}

void Tree::check_order(const Chain& chain,
                       std::string_view which,
                       std::span<const std::string_view> needed) const {
    std::set<std::string_view> provided;
    const auto require = [&](std::span<const std::string_view> slots, const std::string& who) {
        for (const std::string_view slot : slots) {
            if (provided.contains(slot)) continue;
            throw ConfigError(
                "[routing] " + std::string(which) + ": '" + who + "' needs '" + std::string(slot) +
                "', which nothing ahead of it provides; put the middleware for it further to the left");
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
    for (std::size_t i = 0; i < tree_.routes.size(); ++i) {
        routes->add(PathPattern(tree_.routes[i].path), keep(route_factories_[i]->make()));
    }
    UrlRouter& websocket_routes = *routes;
    keep(std::move(routes));
    Application& pages = wrap(http_, keep(http_.back().application->make()));

    auto protocols = std::make_unique<ProtocolTypeRouter>();
    protocols->add(ScopeType::websocket, wrap(websocket_, websocket_routes));
    protocols->add(ScopeType::http, keep(std::make_unique<UpgradeRequired>(websocket_routes, pages)));
    return keep(std::move(protocols));
}

}  // namespace zanhu::app
