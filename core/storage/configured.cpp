#include "core/storage/configured.h"

#include "core/settings/database_settings.h"
#include "core/settings/user_settings.h"

namespace zanhu::storage {

namespace {

UserModel user_model(const settings::UserSettings& users) {
    UserModel model;
    model.table = users.table;
    model.key =
        users.key == settings::UserSettings::Key::uuid ? UserModel::Key::uuid : UserModel::Key::integer;
    model.id = users.id;
    model.username = users.username;
    model.password = users.password;
    model.is_active = users.is_active;
    model.is_staff = users.is_staff;
    model.is_superuser = users.is_superuser;
    model.email = users.email;
    model.first_name = users.first_name;
    model.last_name = users.last_name;
    model.date_joined = users.date_joined;
    model.last_login = users.last_login;
    return model;
}

DatabaseKind kind_of(settings::DatabaseUrl::Kind kind) {
    switch (kind) {
        case settings::DatabaseUrl::Kind::postgresql:
            return DatabaseKind::postgresql;
        case settings::DatabaseUrl::Kind::mysql:
            return DatabaseKind::mysql;
        case settings::DatabaseUrl::Kind::sqlite:
            break;
    }
    return DatabaseKind::sqlite;
}

}  // namespace

DatabaseOptions configured_database(const settings::Settings& settings) {
    const auto database = settings::DatabaseSettings::from(settings);
    DatabaseOptions options;
    options.kind = kind_of(database.url.kind);
    options.path = database.url.path;
    options.server.host = database.url.host;
    options.server.port = database.url.port;
    options.server.user = database.url.user;
    options.server.password = database.url.password;
    options.server.database = database.url.database;
    options.server.options = database.url.options;
    options.name = database.url.name;
    options.busy_timeout = database.busy_timeout;
    options.connect_timeout = database.connect_timeout;
    options.statement_timeout = database.statement_timeout;
    options.keep_statements = database.keep_statements;
    options.max_sessions = database.max_connections;
    options.users = user_model(settings::UserSettings::from(settings));
    return options;
}

}  // namespace zanhu::storage
