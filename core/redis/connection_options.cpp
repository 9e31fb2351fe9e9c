#include "core/redis/connection_options.h"

#include <unistd.h>

#include <memory>

#include <zanhu/errors.h>

#include "core/settings/layer_settings.h"

namespace zanhu::redis {

namespace {

Target parse_target(const settings::Settings& settings,
                    const std::string& url,
                    const std::string& section,
                    const std::string& key) {
    try {
        return Target::parse(url);
    } catch (const ConfigError& error) {
        throw ConfigError(settings.describe(section, key, error.what()));
    }
}

std::shared_ptr<const net::TlsClientContext> make_tls(const settings::Settings& settings,
                                                      const Target& target,
                                                      const std::string& section,
                                                      const std::string& key) {
    if (!target.tls()) return nullptr;
    try {
        return std::make_shared<net::TlsClientContext>(target.tls_options());
    } catch (const net::TlsProblem& problem) {
        throw ConfigError(settings.describe(section, key, problem.what()));
    }
}

}  // namespace

ConnectionOptions connection_options(const settings::Settings& settings,
                                     const std::string& url,
                                     const std::string& section,
                                     const std::string& key) {
    const auto redis = settings::RedisSettings::from(settings);
    ConnectionOptions options;
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

}  // namespace zanhu::redis
