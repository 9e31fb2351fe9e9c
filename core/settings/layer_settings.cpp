#include "core/settings/layer_settings.h"

#include <algorithm>

#include "core/settings/schema.h"
#include "core/settings/value.h"

namespace zanhu::settings {

namespace {

constexpr const char* k_default_url = "redis://127.0.0.1:6379";
constexpr std::int64_t k_max_capacity = 1'000'000;

std::pair<std::string, std::size_t> parse_capacity(const std::string& entry, const std::string& place) {
    // A pattern may hold the sign itself; the number is behind the last.
    const std::size_t equals = entry.rfind('=');
    const auto number = parse_integer(equals == std::string::npos ? "" : entry.substr(equals + 1));
    if (!number || equals == 0 || *number < 1 || *number > k_max_capacity) {
        throw ConfigError(place + "`" + entry +
                          "` is no capacity; write PATTERN=NUMBER, such as http.response!*=10");
    }
    return {entry.substr(0, equals), static_cast<std::size_t>(*number)};
}

LayerSettings::Backend backend_of(const std::string& name, bool names_redis) {
    using Backend = LayerSettings::Backend;
    if (name == "auto") return names_redis ? Backend::redis : Backend::memory;
    if (name == "redis" || name == "channels_redis.core.RedisChannelLayer") return Backend::redis;
    if (name == "redis_pubsub" || name == "channels_redis.pubsub.RedisPubSubChannelLayer")
        return Backend::pubsub;
    return Backend::memory;
}

bool is_prefix(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

}  // namespace

LayerSettings LayerSettings::from(const Settings& settings, std::string_view alias) {
    const std::string section =
        alias == "default" ? "channel_layer" : std::string(k_layer_prefix).append(alias);
    const auto view = settings.section(section);
    const std::string url = settings.section("redis").text("url");
    LayerSettings layer;
    for (const std::string& host : view.list("hosts"))
        layer.hosts.emplace_back(host, section, "hosts");
    layer.backend = backend_of(view.text("backend"), !layer.hosts.empty() || !url.empty());
    if (layer.hosts.empty()) layer.hosts.emplace_back(url.empty() ? k_default_url : url, "redis", "url");
    layer.prefix = view.text("prefix");
    if (!is_prefix(layer.prefix))
        throw ConfigError(settings.describe(
            section,
            "prefix",
            "holds a blank or a control character; write letters, digits, `-`, `_`, `.` or `:`"));
    layer.capacity = static_cast<std::size_t>(view.integer("capacity"));
    for (const std::string& entry : view.list("channel_capacity"))
        layer.channel_capacity.push_back(
            parse_capacity(entry, settings.describe(section, "channel_capacity", "")));
    layer.expiry = view.duration("expiry");
    layer.group_expiry = view.duration("group_expiry");
    layer.encryption_keys = view.list("symmetric_encryption_keys");
    layer.json = view.text("serializer_format") == "json";
    layer.random_prefix_length = static_cast<std::size_t>(view.integer("random_prefix_length"));
    layer.per_connection_groups = view.list("per_connection_groups");
    layer.lease = view.duration("lease");
    layer.close_after_gap = view.text("on_gap") == "close";
    layer.backlog = static_cast<std::size_t>(view.integer("backlog"));
    layer.backlog_bytes = view.bytes("backlog_bytes");
    if (alias != "default" && settings.is_set(section, "full"))
        throw ConfigError(settings.describe(
            section,
            "full",
            "is for a socket, which has one inbox for all layers; set it in [channel_layer]"));
    layer.full = view.text("full") == "close" ? Full::close : Full::drop_oldest;
    return layer;
}

RedisSettings RedisSettings::from(const Settings& settings) {
    const auto view = settings.section("redis");
    RedisSettings redis;
    redis.connect_timeout = view.duration("connect_timeout");
    redis.timeout = view.duration("timeout");
    redis.max_reconnect_delay = view.duration("max_reconnect_delay");
    redis.ping_interval = view.duration("ping_interval");
    redis.max_calls = static_cast<std::size_t>(view.integer("max_calls"));
    redis.max_unsent = view.bytes("max_unsent");
    redis.max_reply = view.bytes("max_reply");
    return redis;
}

}  // namespace zanhu::settings
