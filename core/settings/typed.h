#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/settings/database_settings.h"
#include "core/settings/edge_settings.h"
#include "core/settings/layer_settings.h"
#include "core/settings/listen.h"
#include "core/settings/session_settings.h"
#include "core/settings/settings.h"
#include "core/settings/site_settings.h"
#include "core/settings/tls_settings.h"
#include "core/settings/tree_settings.h"
#include "core/settings/user_settings.h"

namespace zanhu::settings {

// The fixed sections as plain values, one struct a section. The keys, with their units, ranges and help, are
// those of schema(), under the same names. Each from() throws ConfigError for what one key's range cannot
// say. Values: copies are independent and may be read from any thread.

/// A path as it is when it is absolute, else within [server] state_directory.
std::string in_state_directory(const Settings& settings, const std::string& path);

struct ServerSettings {
    std::vector<ListenAddress> listen;  ///< in clear; may be empty when there is one under TLS
    std::vector<std::string> proxy_protocol;
    unsigned loops = 0;  ///< 0: one per core
    std::size_t max_connections = 0;
    std::chrono::milliseconds shutdown_timeout{};
    std::string admin_socket;     ///< never empty
    std::string state_directory;  ///< absolute; need not exist yet

    static ServerSettings from(const Settings& settings);
};

struct HttpSettings {
    std::chrono::milliseconds head_timeout{};
    std::chrono::milliseconds body_timeout{};
    std::chrono::milliseconds keep_alive_timeout{};
    std::size_t max_head_size = 0;
    std::size_t max_fields = 0;
    std::size_t max_target_size = 0;
    std::size_t max_body_size = 0;

    static HttpSettings from(const Settings& settings);
};

struct WebsocketSettings {
    std::chrono::milliseconds handshake_timeout{};
    std::size_t max_message_size = 0;
    std::size_t max_frame_size = 0;  ///< 0: as max_message_size
    std::size_t max_fragments = 0;
    std::chrono::milliseconds ping_interval{};  ///< 0: no pings
    std::chrono::milliseconds ping_timeout{};   ///< 0: none
    std::chrono::milliseconds idle_timeout{};   ///< 0: none
    std::chrono::milliseconds close_timeout{};
    std::chrono::milliseconds disconnect_timeout{};
    std::size_t inbox_messages = 0;
    std::size_t inbox_bytes = 0;
    unsigned route_not_found = 404;  ///< an HTTP status

    static WebsocketSettings from(const Settings& settings);
};

struct OutboxSettings {
    std::size_t soft_limit = 0;
    std::size_t hard_limit = 0;
    std::chrono::milliseconds soft_timeout{};
    std::chrono::milliseconds write_timeout{};  ///< 0: the system's own

    static OutboxSettings from(const Settings& settings);
};

struct PoolSettings {
    std::size_t db_threads = 0;
    std::size_t db_queue = 0;
    std::size_t sync_threads = 0;
    std::size_t sync_queue = 0;
    std::size_t hash_threads = 0;
    std::size_t hash_queue = 0;

    static PoolSettings from(const Settings& settings);
};

struct LoginSettings {
    unsigned attempts = 0;
    std::chrono::milliseconds window{};

    static LoginSettings from(const Settings& settings);
};

struct LoggingSettings {
    enum class Format { text, json };

    std::string level;  ///< a name that Poco::Logger::parseLevel knows
    std::string file;   ///< absolute; empty: standard error
    Format format = Format::text;

    static LoggingSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
