#include "core/settings/schema_parts.h"

namespace zanhu::settings {
namespace {

constexpr KeySpec k_routing[] = {
    {.key = "websocket",
     .kind = ValueKind::list,
     .default_value = "origin, auth, routes",
     .help = "the chain of WebSocket upgrades; ends with routes"},
    {.key = "http",
     .kind = ValueKind::list,
     .default_value = "auth, site",
     .help =
         "the chain of plain requests; ends with site, the built-in pages, or with http_routes; http_routes "
         "may also stand ahead of site, which then gets what no route matches"},
    {.key = "channel",
     .kind = ValueKind::list,
     .default_value = "workers",
     .help = "the chain of workers; ends with workers"},
    {.key = "root_path",
     .kind = ValueKind::text,
     .default_value = "",
     .help =
         "FORCE_SCRIPT_NAME: what a proxy puts ahead of every path, such as /chat; it is cut off before the "
         "routes are tried, and other paths have no route"},
};

constexpr KeySpec k_routes[] = {
    {.key = "list",
     .kind = ValueKind::list,
     .default_value = "notifications, messages",
     .help = "names of [route.NAME] sections; the first whose path matches is taken"},
};

constexpr KeySpec k_http_routes[] = {
    {.key = "list",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "names of [route.NAME] sections, whose consumers serve plain requests"},
};

constexpr KeySpec k_workers[] = {
    {.key = "list",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "names of [worker.NAME] sections, each the name of a channel"},
};

constexpr KeySpec k_route[] = {
    {.key = "path",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "Django's path() pattern, without the leading slash: ws/chat/<slug:room>/"},
    {.key = "re_path",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "Django's re_path() pattern in place of path: ^ws/chat/(?P<room>\\w+)/$"},
    {.key = "consumer",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "the consumer that serves this path"},
    {.key = "routes",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "in place of consumer: names of [route.NAME] sections that are tried with the rest of the path"},
    {.key = "middleware",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "a chain of this route alone, behind the one in [routing]"},
    {.key = "require",
     .kind = ValueKind::choice,
     .default_value = "anyone",
     .help = "who may come here; others get 403 before the consumer runs",
     .choices = "anyone|authenticated|staff|superuser"},
    {.key = "kwargs",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "name=value pairs for url_route.kwargs, over the captures; 7 is a number, \"7\" a text"},
    {.key = "max_message_size",
     .kind = ValueKind::bytes,
     .default_value = "0",
     .help = "a client's message here; 0 is [websocket] max_message_size",
     .minimum = 0,
     .maximum = k_gib},
    {.key = "subprotocols",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "subprotocols that may be spoken here; a consumer that chooses none speaks the first that the "
             "client offers and that is in this list"},
};

constexpr KeySpec k_worker[] = {
    {.key = "consumer",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "the consumer that handles this channel's messages"},
    {.key = "middleware",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "a chain of this worker alone, behind the one in [routing]"},
    {.key = "layer",
     .kind = ValueKind::text,
     .default_value = "default",
     .help = "the channel layer that it receives from"},
    {.key = "concurrency",
     .kind = ValueKind::integer,
     .default_value = "1",
     .help = "messages that are handled at once, in each process that runs this worker",
     .minimum = 1,
     .maximum = 1000},
    {.key = "in_process",
     .kind = ValueKind::boolean,
     .default_value = "yes",
     .help = "yes: the daemon itself runs it; no: only `zanhu worker NAME` does"},
};

}  // namespace

std::span<const KeySpec> routing_keys() {
    return k_routing;
}
std::span<const KeySpec> routes_keys() {
    return k_routes;
}
std::span<const KeySpec> http_routes_keys() {
    return k_http_routes;
}
std::span<const KeySpec> workers_keys() {
    return k_workers;
}
std::span<const KeySpec> route_keys() {
    return k_route;
}
std::span<const KeySpec> worker_keys() {
    return k_worker;
}

}  // namespace zanhu::settings
