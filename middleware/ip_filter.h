#pragma once

#include <memory>
#include <span>

#include <zanhu/components.h>

#include "middleware/ip_ranges.h"

namespace zanhu::middleware {

/// Lets in or refuses with 403 by the client's address, for sockets and requests alike. Behind a proxy that
/// is the address that [server] trusted proxies name.
class IpFilter final : public Application {
public:
    struct Rules {
        IpRanges allow;  ///< empty: everybody whose address is known
        IpRanges deny;   ///< stands above `allow`
    };

    IpFilter(const Rules& rules, Application& inner) noexcept : rules_(rules), inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override;

private:
    const Rules& rules_;
    Application& inner_;
};

class IpFilterFactory final : public MiddlewareFactory {
public:
    std::span<const KeySpec> keys() const override;
    void configure(const ConfigView& section, Services& services) override;
    std::unique_ptr<Application> wrap(Application& inner) const override {
        return std::make_unique<IpFilter>(rules_, inner);
    }

private:
    IpFilter::Rules rules_;
};

}  // namespace zanhu::middleware
