#pragma once

#include <string>
#include <utility>

namespace zanhu {

/// The person behind a connection (Django: scope["user"]). Anonymous when default-constructed. A value type.
class User {
public:
    User() = default;
    User(std::string id, std::string username) : id_(std::move(id)), username_(std::move(username)) {}

    bool is_anonymous() const noexcept { return id_.empty(); }
    bool is_authenticated() const noexcept { return !id_.empty(); }
    const std::string& id() const noexcept { return id_; }  ///< the primary key as text
    const std::string& username() const noexcept { return username_; }

    bool is_active = true;
    bool is_staff = false;
    bool is_superuser = false;

private:
    std::string id_;
    std::string username_;
};

}  // namespace zanhu
