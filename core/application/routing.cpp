#include <cassert>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/routing.h>

namespace zanhu {

void ProtocolTypeRouter::add(ScopeType type, Application& application) {
    Application*& place = applications_[static_cast<std::size_t>(type)];
    assert(place == nullptr);
    place = &application;
}

Task<void> ProtocolTypeRouter::run(Scope& scope, Link& link) {
    Application* application = applications_[static_cast<std::size_t>(scope.type)];
    if (application == nullptr)
        throw Error("no application is configured for this type of connection ([routing])");
    return application->run(scope, link);
}

void UrlRouter::add(PathPattern pattern, Application& application) {
    routes_.push_back(Route{std::move(pattern), &application});
}

Application* UrlRouter::find(std::string_view path, UrlRoute& route) const {
    while (path.starts_with('/'))
        path.remove_prefix(1);
    for (const Route& candidate : routes_) {
        if (candidate.pattern.match(path, route)) return candidate.application;
    }
    return nullptr;
}

Task<void> UrlRouter::run(Scope& scope, Link& link) {
    Application* application = find(scope.path_remaining.value_or(scope.path), scope.url_route);
    if (application == nullptr) throw NoRoute("no route matches " + scope.path);
    return application->run(scope, link);
}

}  // namespace zanhu
