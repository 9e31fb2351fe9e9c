#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <zanhu/components.h>
#include <zanhu/origin_patterns.h>

namespace zanhu::middleware {

/// Refuses WebSocket handshakes from foreign pages with 403 (Channels: OriginValidator). Stands outermost, so
/// that nothing is looked up for them.
class OriginValidator final : public Application {
public:
    OriginValidator(const OriginPatterns& allowed, Application& inner) noexcept
        : allowed_(allowed), inner_(inner) {}
    /// Throws Error on a scope that is not a WebSocket's.
    Task<void> run(Scope& scope, Link& link) override;

private:
    const OriginPatterns& allowed_;
    Application& inner_;
};

/// `class = OriginValidator` with its own list, `allowed_origins`.
class OriginValidatorFactory : public MiddlewareFactory {
public:
    std::span<const KeySpec> keys() const override;
    void configure(const ConfigView& section, Services& services) override;
    std::unique_ptr<Application> wrap(Application& inner) const override;

protected:
    void set_patterns(const ConfigView& section, std::vector<std::string> patterns);

private:
    std::unique_ptr<OriginPatterns> allowed_;
};

/// `class = AllowedHostsOriginValidator`: the site's allowed hosts; with none, this machine only (as Django
/// does with DEBUG).
class AllowedHostsOriginValidatorFactory final : public OriginValidatorFactory {
public:
    std::span<const KeySpec> keys() const override { return {}; }
    void configure(const ConfigView& section, Services& services) override;
};

}  // namespace zanhu::middleware
