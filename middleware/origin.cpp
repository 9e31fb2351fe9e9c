#include "middleware/origin.h"

#include <Poco/Logger.h>

#include <optional>
#include <string_view>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

namespace zanhu::middleware {

namespace {

constexpr KeySpec k_keys[] = {
    {"allowed_origins",
     ValueKind::list,
     "",
     "origins that may connect: example.com, .example.com (with its subdomains), http://example.com:80, or "
     "*"},
};

LimitedLog refused_log("zanhu.middleware");

Task<void> deny(Scope& scope, Link& link) {
    refused_log.information("refused a handshake for " + scope.path + " from " + scope.client.address +
                            ": its origin is not allowed");
    co_await link.send(Close());
}

}  // namespace

Task<void> OriginValidator::run(Scope& scope, Link& link) {
    if (scope.type != ScopeType::websocket) {
        throw Error("an origin validator stands in a chain for HTTP; it is for [routing] websocket only");
    }
    // A client that sends several is judged by the last, as Channels does.
    std::optional<std::string_view> origin;
    for (const auto [name, value] : scope.headers) {
        if (name == "origin") origin = value;
    }
    if (!allowed_.allows(origin)) return deny(scope, link);
    return inner_.run(scope, link);
}

std::span<const KeySpec> OriginValidatorFactory::keys() const {
    return k_keys;
}

void OriginValidatorFactory::set_patterns(const ConfigView& section, std::vector<std::string> patterns) {
    allowed_ = std::make_unique<OriginPatterns>(std::move(patterns));
    for (const std::string& warning : allowed_->warnings()) {
        Poco::Logger::get("zanhu.middleware").warning("[" + section.section() + "] " + warning);
    }
}

void OriginValidatorFactory::configure(const ConfigView& section, Services&) {
    auto patterns = section.list("allowed_origins");
    if (patterns.empty()) {
        throw ConfigError(
            section.describe("allowed_origins",
                             "is empty, which refuses everybody; name the site's origins, or use "
                             "class = AllowedHostsOriginValidator"));
    }
    set_patterns(section, std::move(patterns));
}

std::unique_ptr<Application> OriginValidatorFactory::wrap(Application& inner) const {
    return std::make_unique<OriginValidator>(*allowed_, inner);
}

void AllowedHostsOriginValidatorFactory::configure(const ConfigView& section, Services& services) {
    std::vector<std::string> patterns = services.site().allowed_hosts;
    if (patterns.empty()) patterns = {"localhost", "127.0.0.1", "[::1]"};
    set_patterns(section, std::move(patterns));
}

}  // namespace zanhu::middleware
