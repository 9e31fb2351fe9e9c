#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/connection/compression.h"
#include "core/connection/proxies.h"
#include "core/http/request_head.h"
#include "core/net/network_list.h"
#include "core/ws/message_reader.h"

namespace zanhu::connection {

/// Consumers that resume each other deeper than this on one stack (Registry::nesting()) do it from the loop
/// instead: a chain of them may be as long as a group is large.
inline constexpr unsigned k_max_nesting = 16;

/// What a layer inbox does when it is full.
enum class FullInbox : std::uint8_t { close, drop_oldest };

/// How the connections of one listener begin.
struct Entrance {
    bool tls = false;
    /// Whose connections begin with a PROXY header; empty: nobody's. Outlives the listener.
    const net::NetworkList* proxies = nullptr;
};

/// What one client may send a second, with a second's worth at once; 0: as much as it likes.
struct Rates {
    /// Above it the socket is read more slowly, or the connection is closed with 1008.
    enum class Excess : std::uint8_t { delay, close };

    std::uint64_t messages = 0;  ///< and control frames
    std::uint64_t bytes = 0;     ///< of their payload
    Excess excess = Excess::delay;
    bool any() const noexcept { return messages > 0 || bytes > 0; }
};

/// Every limit and deadline of a connection, from the configuration. One constant object for all loops, owned
/// by the daemon.
struct Options {
    using Duration = std::chrono::milliseconds;

    http::HeadLimits head;
    std::size_t max_body_size = 1 << 20;     ///< bytes; above: 413
    Duration tls_handshake_timeout{10'000};  ///< above it: closed
    Duration head_timeout{10'000};           ///< for the whole head, however slowly it comes: 408
    Duration body_timeout{30'000};           ///< likewise
    Duration keep_alive_timeout{30'000};     ///< idle between two requests

    ws::Limits message;
    CompressionOptions compression;
    int route_not_found = 404;          ///< status for a path without a route
    Duration handshake_timeout{5'000};  ///< until the application has accepted or refused
    Duration ping_interval{20'000};     ///< without a byte from the peer; 0: no pings
    Duration ping_timeout{30'000};      ///< from a ping to any byte from the peer; 0: none
    Duration idle_timeout{0};           ///< without a message from the peer; 0: none
    Duration close_timeout{5'000};      ///< for the peer's close frame and FIN
    Duration disconnect_timeout{
        10'000};                      ///< for the application to end after Disconnect, before it is reported
    std::size_t inbox_messages = 64;  ///< of the socket; full: the socket is not read
    std::size_t inbox_bytes = 2 << 20;
    std::size_t layer_messages = 100;  ///< of the channel layer, waiting for one consumer
    Duration layer_expiry{60'000};     ///< of a layer message in the inbox
    FullInbox layer_full = FullInbox::close;

    std::size_t outbox_soft = 256 << 10;   ///< bytes pending: a consumer's send waits
    std::size_t outbox_hard = 4 << 20;     ///< bytes pending: the connection is closed
    Duration outbox_soft_timeout{10'000};  ///< above the soft limit for so long: the connection is closed

    Rates rates;
    Proxies proxies;
};

}  // namespace zanhu::connection
