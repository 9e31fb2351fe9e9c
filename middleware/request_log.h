#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <zanhu/components.h>

namespace zanhu::middleware {

/// Writes a line for each request and each socket, when it is over, to the log "zanhu.requests". Never a
/// query string, a cookie or a token: none of its fields has one. Stands outermost, to see what the others
/// refuse.
class RequestLog final : public Application {
public:
    struct Rules {
        std::vector<std::string> fields;
        bool json = false;
        bool opens = false;  ///< a line when a socket is accepted, too
    };

    RequestLog(const Rules& rules, Application& inner) noexcept : rules_(rules), inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override;

private:
    const Rules& rules_;
    Application& inner_;
};

class RequestLogFactory final : public MiddlewareFactory {
public:
    std::span<const KeySpec> keys() const override;
    void configure(const ConfigView& section, Services& services) override;
    std::unique_ptr<Application> wrap(Application& inner) const override {
        return std::make_unique<RequestLog>(rules_, inner);
    }

private:
    RequestLog::Rules rules_;
};

}  // namespace zanhu::middleware
