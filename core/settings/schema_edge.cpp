#include "core/settings/schema_parts.h"

namespace zanhu::settings {
namespace {

constexpr KeySpec k_limits[] = {
    {.key = "connections_per_address",
     .kind = ValueKind::integer,
     .default_value = "0",
     .help =
         "open connections of one address, an IPv6 one by its /64; more are turned away with 429; 0 is off",
     .maximum = 10'000'000},
    {.key = "sockets_per_user",
     .kind = ValueKind::integer,
     .default_value = "0",
     .help = "open WebSockets of one user; more are refused with 429; 0 is off",
     .maximum = 10'000'000},
    {.key = "handshakes_per_second",
     .kind = ValueKind::integer,
     .default_value = "0",
     .help = "WebSocket handshakes of the whole daemon; more get 503 with Retry-After; 0 is off",
     .maximum = 10'000'000},
    {.key = "handshakes_per_second_per_address",
     .kind = ValueKind::integer,
     .default_value = "0",
     .help = "the same of one address; more get 429 with Retry-After; 0 is off",
     .maximum = 10'000'000},
    {.key = "messages_per_second",
     .kind = ValueKind::integer,
     .default_value = "0",
     .help = "messages and control frames of one WebSocket's client; 0 is off",
     .maximum = 1'000'000'000},
    {.key = "bytes_per_second",
     .kind = ValueKind::bytes,
     .default_value = "0",
     .help = "the same in bytes of their payload; 0 is off",
     .maximum = 1024 * k_gib},
    {.key = "excess",
     .kind = ValueKind::choice,
     .default_value = "delay",
     .help = "what happens above those two: delay reads the socket more slowly, close closes it with 1008",
     .choices = "delay|close"},
};

constexpr KeySpec k_proxies[] = {
    {.key = "trusted",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "proxies that are believed: addresses, networks as 10.0.0.0/8, unix for those on a Unix socket; "
             "empty: none"},
    {.key = "fields",
     .kind = ValueKind::choice,
     .default_value = "x_forwarded",
     .help = "what they are believed: X-Forwarded-For and X-Forwarded-Proto, or Forwarded (RFC 7239)",
     .choices = "x_forwarded|forwarded"},
};

constexpr KeySpec k_metrics[] = {
    {.key = "listen",
     .kind = ValueKind::list,
     .default_value = "127.0.0.1:9180",
     .help = "addresses of /metrics, /healthz and /readyz, for whoever can reach them; empty: none. The "
             "default is left out when another process has it"},
};

}  // namespace

std::span<const KeySpec> limits_keys() {
    return k_limits;
}
std::span<const KeySpec> proxies_keys() {
    return k_proxies;
}
std::span<const KeySpec> metrics_keys() {
    return k_metrics;
}

}  // namespace zanhu::settings
