#include "core/settings/database_settings.h"

#include <zanhu/errors.h>

#include "core/settings/schema_parts.h"
#include "core/settings/settings.h"
#include "core/settings/typed.h"

namespace zanhu::settings {

namespace {

constexpr KeySpec k_database[] = {
    {.key = "url",
     .kind = ValueKind::text,
     .default_value = "sqlite:///zanhu.sqlite3",
     .help = "as Django's DATABASE_URL: sqlite:///FILE in the state directory, sqlite:////PATH anywhere, "
             "postgres://USER:PASSWORD@HOST:PORT/DATABASE, mysql://USER:PASSWORD@HOST:PORT/DATABASE"},
    {.key = "busy_timeout",
     .kind = ValueKind::duration,
     .default_value = "2s",
     .help = "how long a job waits for a connection, and on SQLite for another writer's lock",
     .minimum = 0,
     .maximum = 60 * k_second},
    {.key = "connect_timeout",
     .kind = ValueKind::duration,
     .default_value = "5s",
     .help = "how long connecting to a server may take",
     .minimum = 2 * k_second,
     .maximum = 60 * k_second},
    {.key = "statement_timeout",
     .kind = ValueKind::duration,
     .default_value = "5s",
     .help = "how long a statement may take on a server; then it fails",
     .minimum = 100,
     .maximum = 600 * k_second},
    {.key = "max_connections",
     .kind = ValueKind::integer,
     .default_value = "0",
     .help = "connections at most; 0: one for each of [pools] db_threads, and one more",
     .minimum = 0,
     .maximum = 1000},
    {.key = "keep_statements",
     .kind = ValueKind::boolean,
     .default_value = "yes",
     .help = "whether connections to PostgreSQL keep their prepared statements; behind PgBouncer in "
             "transaction mode, which is noticed, they do not"},
    {.key = "migrate",
     .kind = ValueKind::choice,
     .default_value = "auto",
     .help = "auto: make and update the tables of a SQLite database of zanhu's own at the start; never: only "
             "check them; on a server they are only checked",
     .choices = "auto|never"},
};

}  // namespace

std::span<const KeySpec> database_keys() {
    return k_database;
}

DatabaseSettings DatabaseSettings::from(const Settings& settings) {
    const ConfigView view = settings.section("database");
    DatabaseSettings database;
    try {
        database.url = parse_database_url(view.text("url"));
    } catch (const Error& problem) {
        throw ConfigError(settings.describe("database", "url", problem.what()));
    }
    const bool is_file = database.url.kind == DatabaseUrl::Kind::sqlite;
    if (is_file) {
        database.url.path = in_state_directory(settings, database.url.path);
        database.url.name = database.url.path;
    }
    database.busy_timeout = view.duration("busy_timeout");
    database.connect_timeout = view.duration("connect_timeout");
    database.statement_timeout = view.duration("statement_timeout");
    database.max_connections = static_cast<std::size_t>(view.integer("max_connections"));
    if (database.max_connections == 0) database.max_connections = PoolSettings::from(settings).db_threads + 1;
    database.keep_statements = view.boolean("keep_statements");
    const bool automatic = view.text("migrate") == "auto";
    if (automatic && !is_file && settings.is_set("database", "migrate")) {
        throw ConfigError(settings.describe("database",
                                            "migrate",
                                            "is auto, and the tables on a server are Django's: run manage.py "
                                            "migrate there, and set this to never"));
    }
    database.migrate = automatic && is_file ? Migrate::automatic : Migrate::never;
    return database;
}

}  // namespace zanhu::settings
