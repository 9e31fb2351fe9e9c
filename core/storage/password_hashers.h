#pragma once

#include "core/django/password.h"
#include "core/settings/settings.h"

namespace zanhu::storage {

/// The site's PASSWORD_HASHERS and costs, from [site]. Throws ConfigError for a name that is no hasher's, and
/// for a first one that makes no passwords.
django::PasswordHashers password_hashers(const settings::Settings& settings);

}  // namespace zanhu::storage
