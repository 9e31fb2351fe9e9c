#include "core/settings/schema_parts.h"

namespace zanhu::settings {
namespace {

constexpr KeySpec k_deflate[] = {
    {.key = "enabled",
     .kind = ValueKind::boolean,
     .default_value = "no",
     .help = "agree on permessage-deflate with clients that offer it"},
    {.key = "threshold",
     .kind = ValueKind::bytes,
     .default_value = "256B",
     .help = "smaller messages are sent as they are",
     .minimum = 0,
     .maximum = k_gib},
    {.key = "level",
     .kind = ValueKind::integer,
     .default_value = "1",
     .help = "zlib's level: 1 is fast, 9 is small",
     .minimum = 1,
     .maximum = 9},
    {.key = "memory_level",
     .kind = ValueKind::integer,
     .default_value = "8",
     .help = "zlib's memory level: a compressor takes 2^(level + 9) bytes, and four times its window",
     .minimum = 1,
     .maximum = 9},
    {.key = "server_max_window_bits",
     .kind = ValueKind::integer,
     .default_value = "15",
     .help = "the largest window to compress with, 2^8 to 2^15 bytes; a client may ask for a smaller one",
     .minimum = 8,
     .maximum = 15},
    {.key = "client_max_window_bits",
     .kind = ValueKind::integer,
     .default_value = "15",
     .help = "the largest window of a client that knows the parameter; of others it is 2^15",
     .minimum = 8,
     .maximum = 15},
    {.key = "server_no_context_takeover",
     .kind = ValueKind::boolean,
     .default_value = "yes",
     .help =
         "yes: one compressor serves a whole loop; no: each socket gets one, which knows its last messages"},
    {.key = "client_no_context_takeover",
     .kind = ValueKind::boolean,
     .default_value = "yes",
     .help = "yes: sockets keep nothing between messages; no: each keeps what its client sent last"},
    {.key = "max_contexts",
     .kind = ValueKind::integer,
     .default_value = "1000",
     .help = "sockets of a loop that may keep something between messages; with more, both keys above are yes",
     .minimum = 0,
     .maximum = 10'000'000},
    {.key = "context_timeout",
     .kind = ValueKind::duration,
     .default_value = "60s",
     .help = "how long a socket keeps a compressor that it does not use",
     .minimum = 1 * k_second,
     .maximum = k_day},
    {.key = "max_unfinished",
     .kind = ValueKind::bytes,
     .default_value = "64MiB",
     .help =
         "what compressed messages whose rest is awaited may hold on a loop; the one above is closed with "
         "1013; at least [websocket] max_message_size",
     .minimum = 1 * k_kib,
     .maximum = 64 * k_gib},
};

}  // namespace

std::span<const KeySpec> deflate_keys() {
    return k_deflate;
}

}  // namespace zanhu::settings
