#pragma once

#include <string>

#include <zanhu/value.h>

#include "core/django/password.h"
#include "core/settings/settings.h"
#include "core/storage/account_store.h"
#include "core/storage/database.h"

namespace zanhu::cli {

enum class MissingDatabase : bool { refuse, create };

/// The accounts of the configured database, opened with care: never by root when the files are another
/// user's, never a database that the configuration does not let zanhu touch. Owned by the Context.
class Accounts {
public:
    /// Throws ConfigError, StorageError.
    Accounts(const settings::Settings& settings, MissingDatabase missing);

    storage::Database& database() noexcept { return database_; }
    storage::AccountStore& store() noexcept { return store_; }
    /// Throws Failure when there is no account of that name.
    storage::Account get(const std::string& username);
    /// How a new password is stored.
    const django::PasswordHashers& hashers() const noexcept { return hashers_; }

private:
    storage::Database database_;
    storage::AccountStore store_{database_};
    django::PasswordHashers hashers_;
};

/// As --json shows it; never with the password.
ValueMap to_map(const storage::Account& account);

/// What is said of a name that nobody has.
std::string no_such_user(const std::string& username);

}  // namespace zanhu::cli
