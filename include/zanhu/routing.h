#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/application.h>

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

/// One pattern of Django's path(): literal text and `<converter:name>` captures with the converters str (also
/// without a name of one), int, slug, uuid and path.
class PathPattern {
public:
    /// Throws ConfigError for an unknown converter, a name that is none, a repeated name or an unclosed
    /// bracket.
    explicit PathPattern(std::string_view pattern);
    ~PathPattern();
    PathPattern(PathPattern&&) noexcept;
    PathPattern& operator=(PathPattern&&) noexcept;

    /// Matches `path` to its end; adds the captures to `route` only then.
    bool match(std::string_view path, UrlRoute& route) const;

private:
    struct Piece;
    std::vector<Piece> pieces_;
};

/// Tries its routes in order; the first whose pattern matches the scope's path gets the connection (Channels:
/// URLRouter), with the captures in scope.url_route. Leading slashes of the path are ignored. Throws NoRoute
/// when none does. Filled before the first run(), constant afterwards.
class UrlRouter final : public Application {
public:
    /// The application must outlive the router.
    void add(PathPattern pattern, Application& application);
    /// The application for that path, and its captures; null when no route matches.
    Application* find(std::string_view path, UrlRoute& route) const;
    Task<void> run(Scope& scope, Link& link) override;

private:
    struct Route {
        PathPattern pattern;
        Application* application;
    };
    std::vector<Route> routes_;
};

}  // namespace zanhu
