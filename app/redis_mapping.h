#pragma once

#include <string_view>

#include "core/layer/redis_options.h"
#include "core/settings/settings.h"

namespace zanhu::app {

/// The Redis layer with that alias. Throws ConfigError.
layer::RedisOptions redis_layer_options(const settings::Settings& settings, std::string_view alias);

}  // namespace zanhu::app
