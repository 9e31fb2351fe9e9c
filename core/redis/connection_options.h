#pragma once

#include <string>

#include "core/redis/connection.h"
#include "core/settings/settings.h"

namespace zanhu::redis {

/// How to connect to the Redis at that URL, which `[section] key` holds: the behaviour is that of [redis].
/// Throws ConfigError.
ConnectionOptions connection_options(const settings::Settings& settings,
                                     const std::string& url,
                                     const std::string& section,
                                     const std::string& key);

}  // namespace zanhu::redis
