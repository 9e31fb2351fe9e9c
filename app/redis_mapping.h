#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/layer/redis_options.h"
#include "core/redis/connection.h"
#include "core/settings/settings.h"
#include "core/storage/session_cache.h"

namespace zanhu::app {

/// A connection to the Redis at that URL, which `[section] key` holds. Throws ConfigError.
redis::ConnectionOptions redis_connection_options(const settings::Settings& settings,
                                                  const std::string& url,
                                                  const std::string& section,
                                                  const std::string& key);
/// The cache of the site's session engine; std::nullopt where that has none. Throws ConfigError.
std::optional<storage::SessionCacheOptions> session_cache_options(const settings::Settings& settings);
/// The Redis layer with that alias. Throws ConfigError.
layer::RedisOptions redis_layer_options(const settings::Settings& settings, std::string_view alias);

}  // namespace zanhu::app
