#include "cli/accounts.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "cli/failure.h"
#include "core/settings/typed.h"
#include "core/storage/configured.h"
#include "core/storage/migrations.h"
#include "core/storage/password_hashers.h"

namespace zanhu::cli {

namespace {

std::string name_of_user(uid_t uid) {
    const passwd* entry = ::getpwuid(uid);
    return entry == nullptr ? "#" + std::to_string(uid) : std::string(entry->pw_name);
}

/// The files that SQLite makes beside a database belong to whoever makes them: root's would lock the daemon
/// out.
void refuse_root_on_files_of_others(const std::string& path) {
    if (::geteuid() != 0) return;
    struct stat status {};
    const std::string directory = std::filesystem::path(path).parent_path().string();
    if (::stat(path.c_str(), &status) != 0 && ::stat(directory.c_str(), &status) != 0) return;
    if (status.st_uid == 0) return;
    const std::string owner = name_of_user(status.st_uid);
    throw StorageError(
        "the database " + path + " belongs to the user " + owner +
        ", and files that root makes beside it would lock that user's daemon out: run `runuser -u " + owner +
        " -- zanhu-admin ...`");
}

void refuse_missing(const std::string& path) {
    std::error_code error;
    if (std::filesystem::exists(path, error) || error) return;
    throw StorageError(
        "the database " + path +
        " does not exist: check --config and [database] url; the daemon makes it at its first start, and "
        "so does `zanhu-admin user add NAME --create-database`");
}

storage::DatabaseOptions database_options(const settings::Settings& settings, MissingDatabase missing) {
    storage::DatabaseOptions options = storage::configured_database(settings);
    options.max_sessions = 1;
    if (options.kind != storage::DatabaseKind::sqlite) return options;
    refuse_root_on_files_of_others(options.path);
    if (missing == MissingDatabase::refuse) refuse_missing(options.path);
    options.missing =
        missing == MissingDatabase::create ? storage::MissingFile::create : storage::MissingFile::refuse;
    return options;
}

/// Brings a database into shape that was asked for, and leaves all others as they are: that is the daemon's
/// work.
void check(storage::Database& database, const settings::DatabaseSettings& settings, MissingDatabase missing) {
    const storage::Ownership owner = storage::ownership(database);
    const bool never = settings.migrate == settings::DatabaseSettings::Migrate::never;
    if (owner == storage::Ownership::foreign && !never) {
        throw StorageError(
            "the database " + settings.url.path +
            " has tables that zanhu did not make: set [database] migrate = never to use the tables of a "
            "Django site as they are, or name zanhu's own file in [database] url");
    }
    if (owner == storage::Ownership::empty && !never && missing == MissingDatabase::create)
        storage::migrate(database);
    storage::check_tables(database, storage::Need::accounts);
}

}  // namespace

Accounts::Accounts(const settings::Settings& settings, MissingDatabase missing)
    : database_(database_options(settings, missing)), hashers_(storage::password_hashers(settings)) {
    check(database_, settings::DatabaseSettings::from(settings), missing);
}

storage::Account Accounts::get(const std::string& username) {
    auto account = store_.find_by_username(username);
    if (!account) throw Failure(ExitCode::failed, no_such_user(username));
    return std::move(*account);
}

ValueMap to_map(const storage::Account& account) {
    ValueMap map;
    map.set("id", account.user.id())
        .set("username", account.user.username())
        .set("email", account.email)
        .set("first_name", account.first_name)
        .set("last_name", account.last_name)
        .set("is_active", account.user.is_active)
        .set("is_staff", account.user.is_staff)
        .set("is_superuser", account.user.is_superuser)
        .set("has_password", django::is_usable(account.password))
        .set("date_joined", account.date_joined)
        .set("last_login", account.last_login ? Value(*account.last_login) : Value());
    return map;
}

std::string no_such_user(const std::string& username) {
    return "there is no user '" + username + "'; `zanhu-admin user list` shows them";
}

}  // namespace zanhu::cli
