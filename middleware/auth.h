#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <zanhu/components.h>

#include "middleware/cookie.h"
#include "middleware/session.h"

namespace zanhu::middleware {

/// Puts the session's User into the scope's slot "user", anonymous when any of Django's checks fails
/// (Channels: AuthMiddleware). A user that something further out has set is kept. Nobody is refused here:
/// that is the consumer's or the route's affair.
class AuthMiddleware final : public Application {
public:
    AuthMiddleware(Sessions& sessions, Application& inner) noexcept : sessions_(sessions), inner_(inner) {}
    /// Throws Error when there is no session in the scope.
    Task<void> run(Scope& scope, Link& link) override;

private:
    Task<void> load_user(Scope& scope);
    Task<void> run_with_user(Scope& scope, Link& link);

    Sessions& sessions_;
    Application& inner_;
};

class AuthMiddlewareFactory final : public MiddlewareFactory {
public:
    std::span<const std::string_view> needs() const override;
    std::span<const std::string_view> provides() const override;
    void configure(const ConfigView&, Services& services) override { services_ = &services; }
    std::unique_ptr<Application> wrap(Application& inner) const override;

private:
    Services* services_ = nullptr;
};

/// The name for CookieMiddleware, SessionMiddleware and AuthMiddleware in that order (Channels:
/// AuthMiddlewareStack).
class AuthMiddlewareStackFactory final : public MiddlewareFactory {
public:
    std::span<const std::string_view> provides() const override;
    void configure(const ConfigView& section, Services& services) override;
    std::unique_ptr<Application> wrap(Application& inner) const override;

private:
    CookieMiddlewareFactory cookie_;
    SessionMiddlewareFactory session_;
    AuthMiddlewareFactory auth_;
};

}  // namespace zanhu::middleware
