#include "core/storage/configured.h"

#include "core/redis/connection_options.h"
#include "core/settings/database_settings.h"
#include "core/settings/session_settings.h"
#include "core/settings/site_settings.h"
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

SessionEngine engine_of(settings::SessionSettings::Engine engine) {
    using From = settings::SessionSettings::Engine;
    switch (engine) {
        case From::cached_db:
            return SessionEngine::cached_db;
        case From::cache:
            return SessionEngine::cache;
        case From::file:
            return SessionEngine::file;
        case From::signed_cookies:
            return SessionEngine::signed_cookies;
        case From::db:
            break;
    }
    return SessionEngine::db;
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

SessionOptions configured_sessions(const settings::Settings& settings) {
    const auto site = settings::SiteSettings::from(settings);
    SessionOptions options;
    options.secret = site.secret_key;
    options.fallbacks = site.secret_key_fallbacks;
    const auto sessions = settings::SessionSettings::from(settings);
    options.engine = engine_of(sessions.engine);
    options.file_path = sessions.file_path;
    options.cookie_name = site.session_cookie_name;
    options.salt = site.session_salt;
    options.backends = site.authentication_backends;
    options.age = site.session_cookie_age;
    return options;
}

std::optional<SessionCacheOptions> configured_session_cache(const settings::Settings& settings) {
    const auto sessions = settings::SessionSettings::from(settings);
    if (!sessions.has_cache()) return std::nullopt;
    SessionCacheOptions options;
    options.connection = redis::connection_options(settings, sessions.cache_url, "site", "session_cache_url");
    options.prefix = sessions.cache_prefix;
    options.version = sessions.cache_version;
    options.backend = sessions.engine == settings::SessionSettings::Engine::cache ? "cache" : "cached_db";
    return options;
}

Need configured_need(const settings::Settings& settings) {
    using Engine = settings::SessionSettings::Engine;
    const Engine engine = settings::SessionSettings::from(settings).engine;
    return engine == Engine::db || engine == Engine::cached_db ? Need::accounts_and_sessions : Need::accounts;
}

}  // namespace zanhu::storage
