#pragma once

#include <optional>

#include "core/settings/settings.h"
#include "core/storage/database_options.h"
#include "core/storage/migrations.h"
#include "core/storage/session_cache.h"
#include "core/storage/session_store.h"

namespace zanhu::storage {

/// The database of [database], with the users of [users]. Throws ConfigError.
DatabaseOptions configured_database(const settings::Settings& settings);

/// Which sessions count, of [site]. Without a secret key it is for nobody: SessionStore refuses it. Throws
/// ConfigError.
SessionOptions configured_sessions(const settings::Settings& settings);

/// The cache of the site's session engine; std::nullopt where that has none. Throws ConfigError.
std::optional<SessionCacheOptions> configured_session_cache(const settings::Settings& settings);

/// The tables of the site that its session engine takes.
Need configured_need(const settings::Settings& settings);

}  // namespace zanhu::storage
