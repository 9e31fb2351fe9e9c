#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zanhu::storage {

/// Where a site keeps its users (Django: AUTH_USER_MODEL). By default the table of Django's own User. A
/// column that a model does not have is empty. A value type.
struct UserModel {
    enum class Key : std::uint8_t { integer, uuid };

    std::string table = "auth_user";
    Key key = Key::integer;
    std::string id = "id";
    std::string username = "username";  ///< USERNAME_FIELD
    std::string password = "password";
    std::string is_active = "is_active";        ///< without it everybody is
    std::string is_staff = "is_staff";          ///< without it nobody is
    std::string is_superuser = "is_superuser";  ///< the same
    std::string email = "email";
    std::string first_name = "first_name";
    std::string last_name = "last_name";
    std::string date_joined = "date_joined";
    std::string last_login = "last_login";

    /// Whether it is Django's own, all of whose columns are known, so that a row can be made.
    bool is_djangos() const { return *this == UserModel(); }
    friend bool operator==(const UserModel&, const UserModel&) = default;

    /// The text of a primary key as a User has it, from a session or a command; std::nullopt for what cannot
    /// be one.
    std::optional<std::string> id_of(std::string_view text) const;
};

}  // namespace zanhu::storage
