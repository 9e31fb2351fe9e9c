#include "app/route_tree.h"

#include <optional>
#include <utility>

#include <zanhu/errors.h>

#include "app/route_gate.h"

namespace zanhu::app {

namespace {

constexpr std::string_view k_user[] = {"user"};
constexpr const char* k_remedy =
    "put the middleware for it into the chain in [routing], or into middleware of this route";

UrlPattern compile(const settings::RouteSettings& route, const Converters& converters) {
    const bool is_path = route.kind == settings::RouteSettings::Kind::path;
    return is_path ? path(route.pattern, converters) : re_path(route.pattern);
}

}  // namespace

RouteTree::RouteTree(std::span<const settings::RouteSettings> routes,
                     ScopeType serves,
                     Factories& factories,
                     settings::Problems& problems)
    : serves_(serves) {
    for (const settings::RouteSettings& route : routes)
        add(route, factories, problems);
}

void RouteTree::add(const settings::RouteSettings& route,
                    Factories& factories,
                    settings::Problems& problems) {
    settings::Settings& settings = factories.settings();
    std::unique_ptr<ApplicationFactory> consumer;
    std::unique_ptr<RouteTree> inner;
    if (route.consumer.empty()) {
        inner = std::make_unique<RouteTree>(route.routes, serves_, factories, problems);
    } else {
        consumer = factories.application(
            route.consumer, serves_, route.section, "consumer", route.section, problems);
    }
    settings::RouteOptions options;
    problems.collect([&] {
        const auto keys = consumer == nullptr ? std::span<const KeySpec>() : consumer->keys();
        options = settings::RouteOptions::from(settings.component(route.section, keys));
    });
    if (serves_ == ScopeType::http && options.limits_sockets()) {
        const char* key = options.max_message_size > 0 ? "max_message_size" : "subprotocols";
        problems.add(settings.describe(
            route.section, key, "is for sockets, and this route serves requests; remove it"));
    }
    Chain middleware = factories.chain(route.middleware, route.section, "middleware", problems);
    try {
        routes_.push_back(Route{route.section,
                                compile(route, factories.converters()),
                                std::move(options),
                                std::move(middleware),
                                std::move(consumer),
                                route.consumer,
                                std::move(inner)});
    } catch (const ConfigError& error) {
        const bool is_path = route.kind == settings::RouteSettings::Kind::path;
        problems.add(settings.describe(route.section, is_path ? "path" : "re_path", error.what()));
    }
}

void RouteTree::check(const Slots& provided, const Factories& factories, settings::Problems& problems) const {
    for (const Route& route : routes_) {
        Slots here = provided;
        factories.require(route.middleware, here, route.section, "middleware", problems);
        if (route.options.require != settings::RouteOptions::Require::anyone)
            factories.require(k_user, here, "require", route.section, "require", k_remedy, problems);
        if (route.consumer != nullptr) {
            factories.require(route.consumer->needs(),
                              here,
                              route.consumer_name,
                              route.section,
                              "consumer",
                              k_remedy,
                              problems);
        }
        if (route.inner != nullptr) route.inner->check(here, factories, problems);
    }
}

UrlRouter& RouteTree::build(Applications& applications) {
    auto made = std::make_unique<UrlRouter>();
    UrlRouter& router = *made;
    applications.keep(std::move(made));
    for (Route& route : routes_) {
        UrlRouter* inner = route.inner == nullptr ? nullptr : &route.inner->build(applications);
        Application* application = inner;
        if (inner == nullptr) application = &applications.keep(route.consumer->make());
        const auto& options = route.options;
        if (options.require != settings::RouteOptions::Require::anyone || options.limits_sockets())
            application = &applications.keep(std::make_unique<RouteGate>(options, *application));
        application = &applications.wrap(route.middleware, *application);
        if (inner == nullptr) {
            router.add(std::move(route.pattern), *application, options.kwargs);
        } else {
            router.include(std::move(route.pattern), *inner, *application, options.kwargs);
        }
    }
    return router;
}

}  // namespace zanhu::app
