#include "core/settings/schema_parts.h"

namespace zanhu::settings {
namespace {

constexpr KeySpec k_server[] = {
    {.key = "listen",
     .kind = ValueKind::list,
     .default_value = "127.0.0.1:8000",
     .help = "addresses, as host:port or [IPv6]:port; port 0 takes a free one; empty: only those of [tls]"},
    {.key = "proxy_protocol",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "addresses and networks whose connections begin with a PROXY header, v1 or v2; empty: none"},
    {.key = "loops",
     .kind = ValueKind::integer,
     .default_value = "0",
     .help = "event loops, each a thread with a listener of its own; 0 is one per core",
     .maximum = 256},
    {.key = "max_connections",
     .kind = ValueKind::integer,
     .default_value = "20000",
     .help = "open connections of the whole daemon; more are turned away with 503",
     .minimum = 1,
     .maximum = 10'000'000},
    {.key = "shutdown_timeout",
     .kind = ValueKind::duration,
     .default_value = "10s",
     .help = "how long SIGTERM waits for sockets to close and work to end",
     .minimum = 100,
     .maximum = k_hour},
    {.key = "admin_socket",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "Unix socket of zanhu-admin; empty: admin.sock in $RUNTIME_DIRECTORY, for root in /run/zanhu; "
             "else $XDG_RUNTIME_DIR/zanhu-admin.sock or ~/.zanhu/admin.sock"},
    {.key = "state_directory",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "where relative paths of [database] url and [logging] file begin; empty: $STATE_DIRECTORY, for "
             "root /var/lib/zanhu; else $XDG_STATE_HOME/zanhu or ~/.local/state/zanhu"},
};

constexpr KeySpec k_http[] = {
    {.key = "head_timeout",
     .kind = ValueKind::duration,
     .default_value = "10s",
     .help = "until the whole request head is there",
     .minimum = 100,
     .maximum = k_hour},
    {.key = "body_timeout",
     .kind = ValueKind::duration,
     .default_value = "30s",
     .help = "until the whole request body is there",
     .minimum = 100,
     .maximum = k_hour},
    {.key = "keep_alive_timeout",
     .kind = ValueKind::duration,
     .default_value = "30s",
     .help = "how long an idle connection may wait for its next request",
     .minimum = 100,
     .maximum = k_hour},
    {.key = "max_head_size",
     .kind = ValueKind::bytes,
     .default_value = "16KiB",
     .help = "request line and fields together; more is 431",
     .minimum = 1 * k_kib,
     .maximum = k_mib},
    {.key = "max_fields",
     .kind = ValueKind::integer,
     .default_value = "100",
     .help = "header fields of a request; more is 431",
     .minimum = 8,
     .maximum = 10'000},
    {.key = "max_target_size",
     .kind = ValueKind::bytes,
     .default_value = "8KiB",
     .help = "path and query; more is 414",
     .minimum = 256,
     .maximum = k_mib},
    {.key = "max_body_size",
     .kind = ValueKind::bytes,
     .default_value = "1MiB",
     .help = "a request's body; more is 413",
     .minimum = 0,
     .maximum = k_gib},
};

constexpr KeySpec k_websocket[] = {
    {.key = "handshake_timeout",
     .kind = ValueKind::duration,
     .default_value = "5s",
     .help = "until the consumer accepts or closes; after it the client gets 504",
     .minimum = 100,
     .maximum = k_hour},
    {.key = "max_message_size",
     .kind = ValueKind::bytes,
     .default_value = "1MiB",
     .help = "a client's message, all fragments together; more closes with 1009",
     .minimum = 125,
     .maximum = k_gib},
    {.key = "max_frame_size",
     .kind = ValueKind::bytes,
     .default_value = "0",
     .help = "one frame of a client's message; more closes with 1009; 0: as max_message_size",
     .maximum = k_gib},
    {.key = "max_fragments",
     .kind = ValueKind::integer,
     .default_value = "1024",
     .help = "fragments of one message; more closes with 1009",
     .minimum = 1,
     .maximum = 1'000'000},
    {.key = "ping_interval",
     .kind = ValueKind::duration,
     .default_value = "20s",
     .help = "between two pings; 0 sends none",
     .minimum = 0,
     .maximum = k_day},
    {.key = "ping_timeout",
     .kind = ValueKind::duration,
     .default_value = "30s",
     .help = "how long a pong may take before the socket is given up; 0 waits for ever",
     .minimum = 0,
     .maximum = k_day},
    {.key = "idle_timeout",
     .kind = ValueKind::duration,
     .default_value = "0",
     .help = "closes a socket whose client sent no message for so long; 0 is off",
     .minimum = 0,
     .maximum = 365 * k_day},
    {.key = "close_timeout",
     .kind = ValueKind::duration,
     .default_value = "5s",
     .help = "how long the client's close frame may take",
     .minimum = 100,
     .maximum = k_hour},
    {.key = "disconnect_timeout",
     .kind = ValueKind::duration,
     .default_value = "10s",
     .help = "how long a consumer's disconnect handler may take",
     .minimum = 100,
     .maximum = k_hour},
    {.key = "inbox_messages",
     .kind = ValueKind::integer,
     .default_value = "64",
     .help = "messages of one client that wait for its consumer; when full, the socket is not read",
     .minimum = 1,
     .maximum = 1'000'000},
    {.key = "inbox_bytes",
     .kind = ValueKind::bytes,
     .default_value = "2MiB",
     .help = "the same in bytes; at least max_message_size",
     .minimum = 1 * k_kib,
     .maximum = 2 * k_gib},
    {.key = "route_not_found",
     .kind = ValueKind::choice,
     .default_value = "404",
     .help = "the answer to an upgrade that no route matches",
     .choices = "404|403|500"},
};

constexpr KeySpec k_outbox[] = {
    {.key = "soft_limit",
     .kind = ValueKind::bytes,
     .default_value = "256KiB",
     .help = "above it a consumer that sends waits",
     .minimum = 1 * k_kib,
     .maximum = k_gib},
    {.key = "hard_limit",
     .kind = ValueKind::bytes,
     .default_value = "4MiB",
     .help = "above it the socket is closed",
     .minimum = 1 * k_kib,
     .maximum = 4 * k_gib},
    {.key = "soft_timeout",
     .kind = ValueKind::duration,
     .default_value = "10s",
     .help = "how long a socket may stay above the soft limit before it is closed",
     .minimum = 100,
     .maximum = k_hour},
    {.key = "write_timeout",
     .kind = ValueKind::duration,
     .default_value = "60s",
     .help = "a TCP connection whose client takes nothing of what waits for it for so long is dropped; 0: as "
             "the system has it",
     .minimum = 0,
     .maximum = k_day},
};

constexpr KeySpec k_channel_layer[] = {
    {.key = "backend",
     .kind = ValueKind::choice,
     .default_value = "memory",
     .help = "memory: consumers of this daemon only; redis is not in this version",
     .choices = "memory|redis"},
    {.key = "capacity",
     .kind = ValueKind::integer,
     .default_value = "100",
     .help = "messages that one channel holds",
     .minimum = 1,
     .maximum = 1'000'000},
    {.key = "expiry",
     .kind = ValueKind::duration,
     .default_value = "60s",
     .help = "a message that waited so long is dropped and counted",
     .minimum = 1 * k_second,
     .maximum = k_day},
    {.key = "full",
     .kind = ValueKind::choice,
     .default_value = "close",
     .help = "what happens to a socket whose channel is full: close it with 1013, or drop its oldest message",
     .choices = "close|drop_oldest"},
};

constexpr KeySpec k_redis[] = {
    {.key = "url",
     .kind = ValueKind::secret,
     .default_value = "",
     .help = "leave it empty: this version has the in-memory layer only"},
};

}  // namespace

std::span<const KeySpec> server_keys() {
    return k_server;
}
std::span<const KeySpec> http_keys() {
    return k_http;
}
std::span<const KeySpec> websocket_keys() {
    return k_websocket;
}
std::span<const KeySpec> outbox_keys() {
    return k_outbox;
}
std::span<const KeySpec> channel_layer_keys() {
    return k_channel_layer;
}
std::span<const KeySpec> redis_keys() {
    return k_redis;
}

}  // namespace zanhu::settings
