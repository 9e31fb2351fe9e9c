#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <zanhu/components.h>

namespace zanhu::middleware {

/// Puts the request's Cookies into the scope's slot "cookies" (Channels: CookieMiddleware).
class CookieMiddleware final : public Application {
public:
    explicit CookieMiddleware(Application& inner) noexcept : inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override;

private:
    Application& inner_;
};

class CookieMiddlewareFactory final : public MiddlewareFactory {
public:
    std::span<const std::string_view> provides() const override;
    void configure(const ConfigView&, Services&) override {}
    std::unique_ptr<Application> wrap(Application& inner) const override {
        return std::make_unique<CookieMiddleware>(inner);
    }
};

}  // namespace zanhu::middleware
