#include <cassert>
#include <iterator>
#include <optional>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/names.h>
#include <zanhu/routing.h>

namespace zanhu {

namespace {

/// What a router has to match; std::nullopt when the outermost one finds no root_path ahead of it.
std::optional<std::string_view> path_to_match(const Scope& scope) {
    if (scope.path_remaining) return *scope.path_remaining;
    std::string_view path = scope.path;
    if (!path.starts_with(scope.root_path)) return std::nullopt;
    path.remove_prefix(scope.root_path.size());
    return path;
}

}  // namespace

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

void UrlRouter::add(UrlPattern pattern, Application& application, ValueMap kwargs) {
    routes_.push_back(Route{std::move(pattern), &application, nullptr, std::move(kwargs)});
}

void UrlRouter::include(UrlPattern pattern, UrlRouter& inner, ValueMap kwargs) {
    include(std::move(pattern), inner, inner, std::move(kwargs));
}

void UrlRouter::include(UrlPattern pattern, UrlRouter& inner, Application& around, ValueMap kwargs) {
    routes_.push_back(Route{std::move(pattern), &around, &inner, std::move(kwargs)});
}

const UrlRouter::Route* UrlRouter::search(std::string_view path,
                                          UrlRoute& found,
                                          std::string_view& rest) const {
    while (path.starts_with('/'))
        path.remove_prefix(1);
    for (const Route& route : routes_) {
        UrlRoute captured;
        const bool endpoint = route.inner == nullptr;
        const auto extent = endpoint ? UrlPattern::Extent::endpoint : UrlPattern::Extent::prefix;
        if (!route.pattern.match(path, extent, captured, rest)) continue;
        UrlRoute inside;
        std::string_view inside_rest;
        if (!endpoint && route.inner->search(rest, inside, inside_rest) == nullptr) continue;
        for (const auto& [name, value] : route.kwargs)
            captured.kwargs.set(name, value);
        found = std::move(captured);
        return &route;
    }
    return nullptr;
}

bool UrlRouter::matches(const Scope& scope) const {
    const auto path = path_to_match(scope);
    UrlRoute found;
    std::string_view rest;
    return path && search(*path, found, rest) != nullptr;
}

Task<void> UrlRouter::run(Scope& scope, Link& link) {
    if (scope.type == ScopeType::channel)
        throw Error("a UrlRouter was given the scope of a channel, which has no path; use ChannelNameRouter");
    const auto path = path_to_match(scope);
    UrlRoute found;
    std::string_view rest;
    const Route* route = path ? search(*path, found, rest) : nullptr;
    if (route == nullptr && otherwise_ != nullptr) return otherwise_->run(scope, link);
    if (route == nullptr) throw NoRoute("no route matches " + scope.path);
    std::move(found.args.begin(), found.args.end(), std::back_inserter(scope.url_route.args));
    for (const auto& [name, value] : found.kwargs)
        scope.url_route.kwargs.set(name, value);
    scope.path_remaining = std::string(rest);
    return route->application->run(scope, link);
}

void ChannelNameRouter::add(std::string channel, Application& application) {
    if (!is_valid_channel_name(channel)) {
        throw ConfigError("'" + channel +
                          "' cannot name a channel; use ASCII letters, digits, '-', '_' and "
                          "'.', fewer than 100 of them");
    }
    if (!applications_.emplace(channel, &application).second)
        throw ConfigError("the channel '" + channel + "' has two applications; remove one of the two");
}

Task<void> ChannelNameRouter::run(Scope& scope, Link& link) {
    const std::string* channel = scope.channel();
    if (channel == nullptr)
        throw Error("a ChannelNameRouter was given a scope that has no channel; it serves workers only");
    const auto found = applications_.find(*channel);
    if (found == applications_.end())
        throw Error("no application is configured for channel '" + *channel + "'");
    return found->second->run(scope, link);
}

}  // namespace zanhu
