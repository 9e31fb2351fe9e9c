#include "core/settings/user_settings.h"

#include <Poco/Ascii.h>

#include <algorithm>
#include <string_view>

#include "core/settings/problems.h"
#include "core/settings/schema_parts.h"
#include "core/settings/settings.h"

namespace zanhu::settings {

namespace {

constexpr KeySpec k_users[] = {
    {.key = "table",
     .kind = ValueKind::text,
     .default_value = "auth_user",
     .help = "the table of AUTH_USER_MODEL, such as accounts_user; with a schema as schema.table"},
    {.key = "key",
     .kind = ValueKind::choice,
     .default_value = "integer",
     .help = "what its primary key is",
     .choices = "integer|uuid"},
    {.key = "id_column", .kind = ValueKind::text, .default_value = "id", .help = "the primary key"},
    {.key = "username_column",
     .kind = ValueKind::text,
     .default_value = "username",
     .help = "the model's USERNAME_FIELD, which may be its e-mail address"},
    {.key = "password_column",
     .kind = ValueKind::text,
     .default_value = "password",
     .help = "the encoded password, which a session's hash is made of"},
    {.key = "is_active_column",
     .kind = ValueKind::text,
     .default_value = "is_active",
     .help = "empty: there is none, and everybody is active"},
    {.key = "is_staff_column",
     .kind = ValueKind::text,
     .default_value = "is_staff",
     .help = "empty: there is none, and nobody is staff"},
    {.key = "is_superuser_column",
     .kind = ValueKind::text,
     .default_value = "is_superuser",
     .help = "empty: there is none, and nobody is a superuser"},
    {.key = "email_column",
     .kind = ValueKind::text,
     .default_value = "email",
     .help = "empty: there is none; so with those below"},
    {.key = "first_name_column",
     .kind = ValueKind::text,
     .default_value = "first_name",
     .help = "shown by zanhu-admin"},
    {.key = "last_name_column",
     .kind = ValueKind::text,
     .default_value = "last_name",
     .help = "shown by zanhu-admin"},
    {.key = "date_joined_column",
     .kind = ValueKind::text,
     .default_value = "date_joined",
     .help = "shown by zanhu-admin"},
    {.key = "last_login_column",
     .kind = ValueKind::text,
     .default_value = "last_login",
     .help = "set when somebody logs in on zanhu's own page"},
};

struct Column {
    const char* key;
    std::string UserSettings::*value;
    bool needed;
};

constexpr Column k_columns[] = {
    {"id_column", &UserSettings::id, true},
    {"username_column", &UserSettings::username, true},
    {"password_column", &UserSettings::password, true},
    {"is_active_column", &UserSettings::is_active, false},
    {"is_staff_column", &UserSettings::is_staff, false},
    {"is_superuser_column", &UserSettings::is_superuser, false},
    {"email_column", &UserSettings::email, false},
    {"first_name_column", &UserSettings::first_name, false},
    {"last_name_column", &UserSettings::last_name, false},
    {"date_joined_column", &UserSettings::date_joined, false},
    {"last_login_column", &UserSettings::last_login, false},
};

/// Of a table or column as Django makes them: it stands in statements.
bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return Poco::Ascii::isAlphaNumeric(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '-';
    });
}

bool is_table(std::string_view text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return is_name(text);
    return is_name(text.substr(0, dot)) && is_name(text.substr(dot + 1));
}

}  // namespace

std::span<const KeySpec> users_keys() {
    return k_users;
}

UserSettings UserSettings::from(const Settings& settings) {
    const ConfigView view = settings.section("users");
    Problems problems;
    UserSettings users;
    users.table = view.text("table");
    if (!is_table(users.table)) {
        problems.add(settings.describe("users",
                                       "table",
                                       "`" + users.table +
                                           "` is no table's name; write the model's db_table, such as "
                                           "accounts_user"));
    }
    users.key = view.text("key") == "uuid" ? Key::uuid : Key::integer;
    for (const Column& column : k_columns) {
        std::string& value = users.*column.value;
        value = view.text(column.key);
        if (value.empty() ? !column.needed : is_name(value)) continue;
        problems.add(settings.describe(
            "users", column.key, "`" + value + "` is no column's name; write the one in the table"));
    }
    problems.raise_if_any();
    return users;
}

}  // namespace zanhu::settings
