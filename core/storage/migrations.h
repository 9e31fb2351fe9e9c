#pragma once

#include <cstdint>

#include "core/storage/database.h"

// The tables that zanhu works on, as Django 3.2 makes them on SQLite: auth_user, django_session, and the
// owner's messager_message. Blocking; at the start, or from a command.
namespace zanhu::storage {

/// The number in the table `zanhu_schema`, which marks a database as zanhu's own.
constexpr int k_schema_version = 1;

enum class [[nodiscard]] Ownership : std::uint8_t {
    ours,
    empty,    ///< no tables at all
    foreign,  ///< somebody's tables, such as a Django site's
};

/// A server's database is always foreign: only a SQLite file is made by zanhu.
Ownership ownership(Database& database);

/// Brings an empty database, or one of ours, up to date and into WAL mode; does nothing when it is.
/// A foreign one is refused, or, if allowed, gets those of the tables that it lacks, and nothing else.
/// Throws ConfigError for a foreign one, StorageError for one that a newer zanhu has made; both say what to
/// do.
void migrate(Database& database, bool allowed_on_foreign = false);

enum class Need : std::uint8_t {
    accounts,               ///< for a site that keeps its sessions elsewhere
    accounts_and_sessions,  ///< enough for a Django site that has no private messages
    everything,
};
/// Throws StorageError when a table or column that zanhu needs is not there, or the users' key is of another
/// kind than the model says. Changes nothing, whoever owns
/// the database.
void check_tables(Database& database, Need need = Need::everything);

}  // namespace zanhu::storage
