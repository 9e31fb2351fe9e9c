#pragma once

#include <string>
#include <string_view>

#include "core/layer/redis_options.h"
#include "core/redis/connection.h"
#include "core/settings/settings.h"

namespace zanhu::app {

/// A connection to the Redis at that URL, which `[section] key` holds. Throws ConfigError.
redis::ConnectionOptions redis_connection_options(const settings::Settings& settings,
                                                  const std::string& url,
                                                  const std::string& section,
                                                  const std::string& key);
/// The Redis layer with that alias. Throws ConfigError.
layer::RedisOptions redis_layer_options(const settings::Settings& settings, std::string_view alias);

}  // namespace zanhu::app
