#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <zanhu/components.h>

#include "middleware/rate_table.h"

namespace zanhu::middleware {

/// Bounds how often a client connects, by address or by user, and how many messages one connection sends.
/// Each place in the configured tree counts for itself, beside the limits of the whole daemon.
class RateLimit final : public Application {
public:
    enum class By { address, user };
    enum class TooMany { close, drop };

    struct Rules {
        Rules() = default;
        Rate connects{0, std::chrono::milliseconds(0)};
        Rate messages{0, std::chrono::milliseconds(0)};
        std::size_t most_keys = 0;
        By by = By::address;
        TooMany too_many = TooMany::close;
    };

    RateLimit(const Rules& rules, Application& inner)
        : rules_(rules), table_(rules.connects, rules.most_keys), inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override;

private:
    Task<void> run_limited(Scope& scope, Link& link);
    std::string key_of(Scope& scope) const;

    const Rules& rules_;
    RateTable table_;
    Application& inner_;
};

class RateLimitFactory final : public MiddlewareFactory {
public:
    std::span<const KeySpec> keys() const override;
    std::span<const std::string_view> needs() const override;
    void configure(const ConfigView& section, Services& services) override;
    std::unique_ptr<Application> wrap(Application& inner) const override {
        return std::make_unique<RateLimit>(rules_, inner);
    }

private:
    RateLimit::Rules rules_;
};

}  // namespace zanhu::middleware
