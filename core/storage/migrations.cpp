#include "core/storage/migrations.h"

#include <array>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include <zanhu/errors.h>

#include "core/storage/account_rows.h"

namespace zanhu::storage {

namespace {

struct Table {
    const char* name;
    Need needed_by;  ///< and all that need more
    const char* needed_columns;
    std::span<const char* const> statements;
};

// Text and names as Django's own migrations leave them on SQLite.
constexpr std::array k_auth_user = {
    R"(CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, )"
    R"("last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, )"
    R"("last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, )"
    R"("is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "first_name" varchar(150) NOT NULL))",
};

constexpr std::array k_django_session = {
    R"(CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, )"
    R"("expire_date" datetime NOT NULL))",
    R"(CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date"))",
};

// In place of Django's two indexes on a foreign key alone there are wider ones that begin with the same
// column: they find a conversation, the last message of each, one person's messages and the unread ones,
// without sorting.
constexpr std::array k_messager_message = {
    R"(CREATE TABLE "messager_message" ("uuid_id" char(32) NOT NULL PRIMARY KEY, "message" text NULL, )"
    R"("unread" bool NOT NULL, "created_at" datetime NOT NULL, )"
    R"("recipient_id" integer NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, )"
    R"("sender_id" integer NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED))",
    R"(CREATE INDEX "messager_message_created_at_c8d0350c" ON "messager_message" ("created_at"))",
    R"(CREATE INDEX "zanhu_message_pair" ON "messager_message" ("sender_id", "recipient_id", "created_at"))",
    R"(CREATE INDEX "zanhu_message_pair_back" ON "messager_message" ("recipient_id", "sender_id", "created_at"))",
    R"(CREATE INDEX "zanhu_message_sent" ON "messager_message" ("sender_id", "created_at"))",
    R"(CREATE INDEX "zanhu_message_received" ON "messager_message" ("recipient_id", "created_at"))",
    R"(CREATE INDEX "zanhu_message_unread" ON "messager_message" ("recipient_id", "sender_id") WHERE "unread")",
};

constexpr std::string_view k_users = "auth_user";

constexpr std::array k_tables = {
    Table{k_users.data(),
          Need::accounts,
          "{id}, {password}, {last_login}, {is_superuser}, {username}, {last_name}, {email}, {is_staff}, "
          "{is_active}, {date_joined}, {first_name}",
          k_auth_user},
    Table{"django_session",
          Need::accounts_and_sessions,
          "session_key, session_data, expire_date",
          k_django_session},
    Table{"messager_message",
          Need::everything,
          "uuid_id, message, unread, created_at, recipient_id, sender_id",
          k_messager_message},
};

std::set<std::string> table_names(Connection& connection) {
    std::set<std::string> names;
    for (const Row& row : connection.select("SELECT name FROM sqlite_master WHERE type = 'table' AND name "
                                            "NOT LIKE 'sqlite\\_%' ESCAPE '\\'"))
        names.insert(row.text(0));
    return names;
}

Ownership owner_of(const std::set<std::string>& tables) {
    if (tables.contains("zanhu_schema")) return Ownership::ours;
    return tables.empty() ? Ownership::empty : Ownership::foreign;
}

void make_missing_tables(Connection& connection, const std::set<std::string>& present) {
    for (const Table& table : k_tables) {
        if (present.contains(table.name)) continue;
        for (const char* statement : table.statements)
            connection.change(statement);
    }
}

std::int64_t version_of(Connection& connection) {
    return connection.first("SELECT coalesce(max(version), 0) FROM zanhu_schema")->integer(0);
}

void bring_up_to_date(Connection& connection, const std::string& path, bool allowed_on_foreign) {
    const std::set<std::string> tables = table_names(connection);
    switch (owner_of(tables)) {
        case Ownership::foreign:
            if (!allowed_on_foreign) {
                throw ConfigError("the database " + path +
                                  " has tables that zanhu did not make, so it does not change them: set "
                                  "[database] migrate = never to use "
                                  "the tables of a Django site as they are, or give zanhu a file of its own "
                                  "in [database] url");
            }
            make_missing_tables(connection, tables);
            return;
        case Ownership::empty:
            connection.change("CREATE TABLE zanhu_schema (version integer NOT NULL)");
            connection.change("INSERT INTO zanhu_schema (version) VALUES (0)");
            break;
        case Ownership::ours:
            break;
    }
    const std::int64_t version = version_of(connection);
    if (version > k_schema_version) {
        throw StorageError("the database " + path + " was made by a newer zanhu (schema " +
                           std::to_string(version) + ", this program knows up to " +
                           std::to_string(k_schema_version) +
                           "): install the newer program, or put a backup from before in place");
    }
    if (version == k_schema_version) return;
    make_missing_tables(connection, tables);
    connection.change("UPDATE zanhu_schema SET version = ?", {k_schema_version});
}

// WAL stays with the file and changes it for everybody who opens it, so only a database of our own gets it.
// Where the file system cannot do it SQLite keeps the old journal, which is slower and as safe.
void use_wal(Connection& connection) {
    if (connection.first("PRAGMA journal_mode = WAL")->text(0) == "wal")
        connection.change("PRAGMA synchronous = NORMAL");
}

}  // namespace

Ownership ownership(Database& database) {
    if (database.options().kind != DatabaseKind::sqlite) return Ownership::foreign;
    return database.read([](Connection& connection) { return owner_of(table_names(connection)); });
}

void migrate(Database& database, bool allowed_on_foreign) {
    database.write([&](Connection& connection) {
        bring_up_to_date(connection, database.options().path, allowed_on_foreign);
    });
    if (ownership(database) == Ownership::ours) database.read(&use_wal);
}

void check_tables(Database& database, Need need) {
    const UserModel& users = database.options().users;
    const bool is_uuid = users.key == UserModel::Key::uuid;
    database.read([&](Connection& connection) {
        for (const Table& table : k_tables) {
            if (need < table.needed_by) continue;
            connection.select(std::string("SELECT ") + table.needed_columns + " FROM " +
                              (table.name == k_users ? "{users}" : std::string(table.name)) + " LIMIT 0");
        }
        // PostgreSQL compares no column with what has another type.
        static_cast<void>(person_by_id(connection, is_uuid ? "00000000-0000-0000-0000-000000000000" : "0"));
    });
}

}  // namespace zanhu::storage
