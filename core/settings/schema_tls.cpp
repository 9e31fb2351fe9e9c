#include "core/settings/schema_parts.h"

namespace zanhu::settings {
namespace {

// Forward secrecy and authenticated encryption only: what every browser since 2016 can do.
constexpr KeySpec k_tls[] = {
    {.key = "listen",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "addresses, as in [server]; empty: no TLS"},
    {.key = "proxy_protocol",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "as in [server], for the listeners of this section; the header comes before TLS"},
    {.key = "certificate",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "PEM file: the site's certificate, then the intermediate ones (Let's Encrypt: fullchain.pem)",
     .reloadable = true},
    {.key = "private_key",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "PEM file: the certificate's key, without a passphrase (Let's Encrypt: privkey.pem)",
     .reloadable = true},
    {.key = "chain",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "PEM file: the intermediate certificates, when the file of certificate has none",
     .reloadable = true},
    {.key = "minimum_version",
     .kind = ValueKind::choice,
     .default_value = "TLSv1.2",
     .help = "older clients are refused",
     .choices = "TLSv1.2|TLSv1.3",
     .reloadable = true},
    {.key = "ciphers",
     .kind = ValueKind::text,
     .default_value = "ECDHE+AESGCM:ECDHE+CHACHA20",
     .help = "for TLS 1.2, in OpenSSL's notation, the favourite first",
     .reloadable = true},
    {.key = "ciphersuites",
     .kind = ValueKind::text,
     .default_value = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256",
     .help = "for TLS 1.3, the favourite first",
     .reloadable = true},
    {.key = "curves",
     .kind = ValueKind::text,
     .default_value = "X25519:P-256:P-384",
     .help = "for the key exchange, the favourite first",
     .reloadable = true},
    {.key = "session_tickets",
     .kind = ValueKind::boolean,
     .default_value = "yes",
     .help = "clients keep an encrypted ticket and resume with it, at no cost here",
     .reloadable = true},
    {.key = "session_cache",
     .kind = ValueKind::integer,
     .default_value = "4096",
     .help =
         "sessions kept here for clients that use no tickets, about 1 KiB each; the oldest go first; 0: none",
     .minimum = 0,
     .maximum = 1'000'000,
     .reloadable = true},
    {.key = "session_timeout",
     .kind = ValueKind::duration,
     .default_value = "2h",
     .help = "how long a session can be resumed",
     .minimum = 1 * k_second,
     .maximum = 7 * k_day,
     .reloadable = true},
    {.key = "handshake_timeout",
     .kind = ValueKind::duration,
     .default_value = "10s",
     .help = "until the TLS handshake is done; slower clients are dropped",
     .minimum = 100,
     .maximum = k_hour},
    {.key = "handshake_budget",
     .kind = ValueKind::integer,
     .default_value = "5",
     .help =
         "steps of handshakes in one turn of a loop, so that a storm of them leaves open sockets their time",
     .minimum = 1,
     .maximum = 10'000},
};

}  // namespace

std::span<const KeySpec> tls_keys() {
    return k_tls;
}

}  // namespace zanhu::settings
