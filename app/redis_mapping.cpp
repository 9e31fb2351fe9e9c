#include "app/redis_mapping.h"

#include <unistd.h>

#include <memory>

#include <zanhu/errors.h>

#include "core/layer/capacities.h"
#include "core/settings/layer_settings.h"
#include "core/settings/session_settings.h"

namespace zanhu::app {

namespace {

redis::Target parse_target(const settings::Settings& settings,
                           const std::string& url,
                           const std::string& section,
                           const std::string& key) {
    try {
        return redis::Target::parse(url);
    } catch (const ConfigError& error) {
        throw ConfigError(settings.describe(section, key, error.what()));
    }
}

std::shared_ptr<const net::TlsClientContext> make_tls(const settings::Settings& settings,
                                                      const redis::Target& target,
                                                      const std::string& section,
                                                      const std::string& key) {
    if (!target.tls()) return nullptr;
    try {
        return std::make_shared<net::TlsClientContext>(target.tls_options());
    } catch (const net::TlsProblem& problem) {
        throw ConfigError(settings.describe(section, key, problem.what()));
    }
}

void check_pattern(const settings::Settings& settings,
                   const std::string& pattern,
                   const std::string& section,
                   const char* key) {
    try {
        const layer::NamePattern checked(pattern);
    } catch (const ConfigError& error) {
        throw ConfigError(settings.describe(section, key, error.what()));
    }
}

}  // namespace

redis::ConnectionOptions redis_connection_options(const settings::Settings& settings,
                                                  const std::string& url,
                                                  const std::string& section,
                                                  const std::string& key) {
    const auto redis = settings::RedisSettings::from(settings);
    redis::ConnectionOptions options;
    options.target = parse_target(settings, url, section, key);
    if (section == "redis" && !options.target.names_database())
        options.target.set_database(settings::RedisSettings::k_database);
    options.tls = make_tls(settings, options.target, section, key);
    options.name = "zanhu-" + std::to_string(::getpid());
    options.connect_timeout = redis.connect_timeout;
    options.timeout = redis.timeout;
    options.max_delay = redis.max_reconnect_delay;
    options.ping_interval = redis.ping_interval;
    options.max_calls = redis.max_calls;
    options.max_unsent = redis.max_unsent;
    options.max_reply = redis.max_reply;
    return options;
}

std::optional<storage::SessionCacheOptions> session_cache_options(const settings::Settings& settings) {
    const auto sessions = settings::SessionSettings::from(settings);
    if (!sessions.has_cache()) return std::nullopt;
    storage::SessionCacheOptions options;
    options.connection = redis_connection_options(settings, sessions.cache_url, "site", "session_cache_url");
    options.prefix = sessions.cache_prefix;
    options.version = sessions.cache_version;
    options.backend = sessions.engine == settings::SessionSettings::Engine::cache ? "cache" : "cached_db";
    return options;
}

layer::RedisOptions redis_layer_options(const settings::Settings& settings, std::string_view alias) {
    using std::chrono::seconds;
    const auto layer = settings::LayerSettings::from(settings, alias);
    const std::string section = alias == "default" ? "channel_layer" : "channel_layer." + std::string(alias);
    layer::RedisOptions options;
    for (const auto& host : layer.hosts)
        options.hosts.push_back(redis_connection_options(settings, host.url, host.section, host.key));
    for (const auto& [pattern, capacity] : layer.channel_capacity)
        check_pattern(settings, pattern, section, "channel_capacity");
    for (const std::string& pattern : layer.per_connection_groups)
        check_pattern(settings, pattern, section, "per_connection_groups");
    options.prefix = layer.prefix;
    options.expiry = std::chrono::duration_cast<seconds>(layer.expiry);
    options.group_expiry = std::chrono::duration_cast<seconds>(layer.group_expiry);
    options.capacity = layer.capacity;
    options.channel_capacity = layer.channel_capacity;
    options.encryption_keys = layer.encryption_keys;
    options.format = layer.json ? layer::Format::json : layer::Format::msgpack;
    options.random_prefix_length = layer.random_prefix_length;
    options.per_connection = layer.per_connection_groups;
    options.lease = std::chrono::duration_cast<seconds>(layer.lease);
    options.close_after_gap = layer.close_after_gap;
    options.backlog = layer.backlog;
    options.backlog_bytes = layer.backlog_bytes;
    return options;
}

}  // namespace zanhu::app
