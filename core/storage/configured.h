#pragma once

#include "core/settings/settings.h"
#include "core/storage/database_options.h"

namespace zanhu::storage {

/// The database of [database], with the users of [users]. Throws ConfigError.
DatabaseOptions configured_database(const settings::Settings& settings);

}  // namespace zanhu::storage
