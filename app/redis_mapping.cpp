#include "app/redis_mapping.h"

#include <zanhu/errors.h>

#include "core/layer/capacities.h"
#include "core/redis/connection_options.h"
#include "core/settings/layer_settings.h"

namespace zanhu::app {

namespace {

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

layer::RedisOptions redis_layer_options(const settings::Settings& settings, std::string_view alias) {
    using std::chrono::seconds;
    const auto layer = settings::LayerSettings::from(settings, alias);
    const std::string section = alias == "default" ? "channel_layer" : "channel_layer." + std::string(alias);
    layer::RedisOptions options;
    for (const auto& host : layer.hosts)
        options.hosts.push_back(redis::connection_options(settings, host.url, host.section, host.key));
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
