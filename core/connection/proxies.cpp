#include "core/connection/proxies.h"

#include <Poco/String.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/limited_log.h>

#include "core/base/metrics.h"
#include "core/http/forwarded.h"

namespace zanhu::connection {

namespace {

// Longer lists are no chain of proxies.
constexpr std::size_t k_most_hops = 32;

// The address of who is behind a proxy that does not know. Not the empty one, which is a Unix socket's.
const std::string k_unknown = "unknown";

Counter malformed("proxy_fields_malformed_total",
                  "Forwarding fields of trusted proxies that could not be read and were ignored");
LimitedLog malformed_log("zanhu.connection");

void report(const Scope& scope, std::string_view field) {
    malformed.add();
    malformed_log.warning("the proxy " +
                          (scope.client.address.empty() ? "at a Unix socket" : scope.client.address) +
                          " sent a field " + std::string(field) +
                          " that cannot be read: what it says is ignored; see docs/operations.md, Proxies");
}

/// The scope's client becomes that node. False when the node is neither an address nor unknown or obfuscated.
bool set_client(Scope& scope, const http::ForwardedNode& node) {
    const bool obfuscated = node.host.starts_with('_');
    const auto address = net::IpAddress::parse(node.host);
    if (!address && !obfuscated && !node.host.empty()) return false;
    scope.client = Endpoint{address ? address->to_string() : obfuscated ? node.host : k_unknown, node.port};
    return true;
}

bool set_scheme(Scope& scope, std::string_view proto) {
    const bool secure = proto == "https" || proto == "wss";
    if (!secure && proto != "http" && proto != "ws") return false;
    if (scope.type == ScopeType::websocket) {
        scope.scheme = secure ? "wss" : "ws";
    } else {
        scope.scheme = secure ? "https" : "http";
    }
    return true;
}

}  // namespace

void Proxies::apply(Scope& scope) const {
    if (!trusts(scope.client.address)) return;
    if (fields_ == ForwardingFields::forwarded) {
        apply_forwarded(scope);
    } else {
        apply_x_forwarded(scope);
    }
}

void Proxies::apply_x_forwarded(Scope& scope) const {
    http::ElementsFromEnd addresses(scope.headers.all("x-forwarded-for"));
    http::ElementsFromEnd protos(scope.headers.all("x-forwarded-proto"));
    std::optional<std::string_view> proto = protos.next();
    for (std::size_t hop = 0; hop < k_most_hops && trusts(scope.client.address); ++hop) {
        const auto element = addresses.next();
        if (!element) break;
        const auto node = http::parse_forwarded_for(*element);
        if (!node || !set_client(scope, *node)) {
            report(scope, "X-Forwarded-For");
            break;
        }
        // Each proxy adds one of both, or the nearest one alone tells the scheme.
        if (hop == 0) continue;
        if (const auto further = protos.next()) proto = further;
    }
    if (!proto) return;
    if (!set_scheme(scope, Poco::toLower(std::string(*proto)))) report(scope, "X-Forwarded-Proto");
}

void Proxies::apply_forwarded(Scope& scope) const {
    http::ElementsFromEnd elements(scope.headers.all("forwarded"));
    for (std::size_t hop = 0; hop < k_most_hops && trusts(scope.client.address); ++hop) {
        const auto element = elements.next();
        if (!element) return;
        const auto parsed = http::parse_forwarded(*element);
        const bool good = parsed && (!parsed->forwarded_for || set_client(scope, *parsed->forwarded_for)) &&
                          (parsed->proto.empty() || set_scheme(scope, parsed->proto));
        if (!good) {
            report(scope, "Forwarded");
            return;
        }
        if (!parsed->forwarded_for) return;
    }
}

}  // namespace zanhu::connection
