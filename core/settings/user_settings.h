#pragma once

#include <string>

namespace zanhu::settings {

class Settings;

/// [users]: the table of the site's user model. A column that it does not have is empty.
struct UserSettings {
    enum class Key { integer, uuid };

    std::string table;
    Key key = Key::integer;
    std::string id, username, password;  ///< never empty
    std::string is_active, is_staff, is_superuser;
    std::string email, first_name, last_name;
    std::string date_joined, last_login;

    static UserSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
