#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/settings/settings.h"

namespace zanhu::settings {

/// One channel layer, under the keys of [channel_layer] or [channel_layer.ALIAS].
struct LayerSettings {
    enum class Backend : std::uint8_t { memory, redis, pubsub };
    enum class Full : std::uint8_t { close, drop_oldest };
    /// A host as it is written, and the key that names it.
    struct Host {
        Host(std::string u, std::string s, std::string k)
            : url(std::move(u)), section(std::move(s)), key(std::move(k)) {}
        std::string url;
        std::string section;
        std::string key;
    };

    Backend backend = Backend::memory;
    std::vector<Host> hosts;  ///< never empty with a Redis backend
    std::string prefix;
    std::size_t capacity = 0;
    std::vector<std::pair<std::string, std::size_t>> channel_capacity;  ///< pattern, capacity
    std::chrono::milliseconds expiry{};
    std::chrono::milliseconds group_expiry{};
    std::vector<std::string> encryption_keys;
    bool json = false;  ///< else MessagePack
    std::size_t random_prefix_length = 0;
    std::vector<std::string> per_connection_groups;
    std::chrono::milliseconds lease{};
    bool close_after_gap = false;
    std::size_t backlog = 0;
    std::size_t backlog_bytes = 0;
    Full full = Full::close;

    /// Of the layer with that alias, one of settings.channel_layers().
    static LayerSettings from(const Settings& settings, std::string_view alias = "default");
};

/// [redis]: how connections behave.
struct RedisSettings {
    std::chrono::milliseconds connect_timeout{};
    std::chrono::milliseconds timeout{};
    std::chrono::milliseconds max_reconnect_delay{};
    std::chrono::milliseconds ping_interval{};
    std::size_t max_calls = 0;
    std::size_t max_unsent = 0;
    std::size_t max_reply = 0;

    /// The database of a [redis] url that names none.
    static constexpr unsigned k_database = 3;

    static RedisSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
