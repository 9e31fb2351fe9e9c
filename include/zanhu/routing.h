#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/application.h>
#include <zanhu/url_pattern.h>
#include <zanhu/value.h>

namespace zanhu {

/// Sends a scope to the application for its type (Channels: ProtocolTypeRouter). Filled before the first
/// run(), constant afterwards.
class ProtocolTypeRouter final : public Application {
public:
    /// The application must outlive the router. REQUIRES: the type has none yet.
    void add(ScopeType type, Application& application);
    /// Throws Error for a type that has no application.
    Task<void> run(Scope& scope, Link& link) override;

private:
    Application* applications_[3] = {};
};

/// Tries its routes in order; the first that matches gets the scope (Channels: URLRouter), with the captures
/// added to scope.url_route and what is left of the path in scope.path_remaining. Leading slashes of the path
/// are ignored. The outermost router cuts scope.root_path off the path first. Filled before the first run(),
/// constant afterwards; what is added must outlive the router.
class UrlRouter final : public Application {
public:
    /// A route that ends there. `kwargs` are put over the captures (Django: the default arguments of path()).
    void add(UrlPattern pattern, Application& application, ValueMap kwargs = {});
    /// A router for all paths that begin so. When it has no route for the rest, the routes behind it are
    /// tried.
    void include(UrlPattern pattern, UrlRouter& inner, ValueMap kwargs = {});
    /// The same with middleware in between: `around` is run, which hands on to `inner`.
    void include(UrlPattern pattern, UrlRouter& inner, Application& around, ValueMap kwargs = {});
    /// Who gets what no route matches, unrouted, in place of NoRoute.
    void otherwise(Application& application) noexcept { otherwise_ = &application; }

    /// Whether a route matches, here and in the routers inside.
    bool matches(const Scope& scope) const;
    /// Throws NoRoute when no route matches, and Error for a scope that has no path.
    Task<void> run(Scope& scope, Link& link) override;

private:
    struct Route {
        UrlPattern pattern;
        Application* application;
        const UrlRouter* inner;  // null: an endpoint
        ValueMap kwargs;
    };

    const Route* search(std::string_view path, UrlRoute& found, std::string_view& rest) const;

    std::vector<Route> routes_;
    Application* otherwise_ = nullptr;
};

/// Sends a worker's scope to the application for its channel (Channels: ChannelNameRouter). Filled before the
/// first run(), constant afterwards.
class ChannelNameRouter final : public Application {
public:
    /// The application must outlive the router. Throws ConfigError for a channel that has one already, or
    /// that no layer could name.
    void add(std::string channel, Application& application);
    /// Throws Error for a scope without a channel, and for a channel that has no application.
    Task<void> run(Scope& scope, Link& link) override;

private:
    std::map<std::string, Application*, std::less<>> applications_;
};

}  // namespace zanhu
