#include "core/settings/schema.h"

#include <Poco/String.h>

#include "core/settings/schema_parts.h"

namespace zanhu::settings {
namespace {

constexpr BuiltInValue k_built_in_values[] = {
    {"origin", "class", "AllowedHostsOriginValidator"},
    {"auth", "class", "AuthMiddlewareStack"},
    {"route.notifications", "path", "ws/notifications/"},
    {"route.notifications", "consumer", "NotificationsConsumer"},
    {"route.messages", "path", "ws/<str:username>/"},
    {"route.messages", "consumer", "MessagesConsumer"},
};

constexpr KeySpec k_middleware_keys[] = {
    {.key = "class",
     .kind = ValueKind::text,
     .default_value = "",
     .help =
         "the middleware that this section configures; without it the section's name is the middleware's"},
};

bool has_prefix(std::string_view section, std::string_view prefix) {
    return Poco::icompare(std::string(section.substr(0, prefix.size())), std::string(prefix)) == 0;
}

}  // namespace

std::span<const SectionSpec> schema() {
    static const SectionSpec sections[] = {
        {"server", server_keys(), "the daemon: where it listens and what it keeps"},
        {"tls", tls_keys(), "https:// and wss://, on listeners of their own"},
        {"http", http_keys(), "limits of plain HTTP requests and of the head of an upgrade"},
        {"websocket", websocket_keys(), "limits and times of an open socket"},
        {"deflate", deflate_keys(), "compression of messages, permessage-deflate (RFC 7692)"},
        {"outbox", outbox_keys(), "what waits to be sent to one socket"},
        {"limits", limits_keys(), "what one client, or all together, may ask for"},
        {"proxies", proxies_keys(), "the proxies ahead of zanhu, and what is believed of them"},
        {"metrics", metrics_keys(), "the daemon seen from outside, on a listener of its own"},
        {"channel_layer",
         channel_layer_keys(),
         "messages between consumers, and groups; another layer, by its name, has these keys but full in "
         "[channel_layer.NAME]"},
        {"redis", redis_keys(), "connections to Redis"},
        {"pools", pools_keys(), "threads for work that blocks, and how much of it may wait"},
        {"database", database_keys(), "accounts, sessions and messages"},
        {"users", users_keys(), "the table in which the site keeps its users"},
        {"site", site_keys(), "Django's settings, under their names in lower case"},
        {"recheck", recheck_keys(), "whether people who are connected may still be"},
        {"login", login_keys(), "throttling of failed log-ins"},
        {"logging", logging_keys(), "the daemon's log"},
        {"plugins", plugins_keys(), "shared libraries with middleware, consumers and HTTP applications"},
        {"routing", routing_keys(), "the chains ahead of routes, pages and workers, outermost first"},
        {"routes", routes_keys(), "the WebSocket routes, in the order in which they are tried"},
        {"http_routes", http_routes_keys(), "the same for plain requests, ahead of the pages"},
        {"workers", workers_keys(), "consumers of general channels, which work without a connection"},
    };
    return sections;
}

const SectionSpec* find_section(std::string_view name) {
    if (is_layer_section(name)) name = k_layer_prefix.substr(0, k_layer_prefix.size() - 1);
    for (const auto& spec : schema()) {
        if (Poco::icompare(std::string(spec.section), std::string(name)) == 0) return &spec;
    }
    return nullptr;
}

std::span<const BuiltInValue> built_in_values() {
    return k_built_in_values;
}

std::span<const KeySpec> common_component_keys(std::string_view section) {
    if (is_route_section(section)) return route_keys();
    return is_worker_section(section) ? worker_keys() : k_middleware_keys;
}

bool is_route_section(std::string_view section) {
    return has_prefix(section, "route.");
}

bool is_worker_section(std::string_view section) {
    return has_prefix(section, "worker.");
}

bool is_layer_section(std::string_view section) {
    return has_prefix(section, k_layer_prefix);
}

}  // namespace zanhu::settings
