#pragma once

#include <optional>
#include <string>

#include <zanhu/user.h>

namespace zanhu::storage {

/// A row of auth_user (Django: AbstractUser). A value type.
struct Account {
    Account() = default;
    User user;
    std::string password;  ///< encoded; never to be printed
    std::string email;
    std::string first_name;
    std::string last_name;
    std::string date_joined;                ///< UTC, ISO 8601 with microseconds and Z
    std::optional<std::string> last_login;  ///< the same; std::nullopt: never
};

/// What an account begins with.
struct NewAccount {
    NewAccount() = default;
    std::string username;
    std::string password;  ///< encoded (Django: make_password)
    std::string email;
    std::string first_name;
    std::string last_name;
    bool is_active = true;
    bool is_staff = false;
    bool is_superuser = false;
};

}  // namespace zanhu::storage
