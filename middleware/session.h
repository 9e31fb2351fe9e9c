#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <zanhu/components.h>

namespace zanhu::middleware {

/// Puts a Session that is not loaded yet into the scope's slot "session", with the key from the session
/// cookie (Channels: SessionMiddleware). A second one further in does nothing.
class SessionMiddleware final : public Application {
public:
    SessionMiddleware(const std::string& cookie_name, Application& inner) noexcept
        : cookie_name_(cookie_name), inner_(inner) {}
    /// Throws Error when there are no cookies in the scope.
    Task<void> run(Scope& scope, Link& link) override;

private:
    const std::string& cookie_name_;
    Application& inner_;
};

class SessionMiddlewareFactory final : public MiddlewareFactory {
public:
    std::span<const std::string_view> needs() const override;
    std::span<const std::string_view> provides() const override;
    void configure(const ConfigView&, Services& services) override { services_ = &services; }
    std::unique_ptr<Application> wrap(Application& inner) const override;

private:
    Services* services_ = nullptr;
};

}  // namespace zanhu::middleware
