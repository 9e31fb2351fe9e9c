#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/anonymous.h>
#include <zanhu/value.h>

#include "core/storage/account_rows.h"
#include "core/storage/user_model.h"

namespace zanhu::storage {

constexpr std::string_view k_model_backend = "django.contrib.auth.backends.ModelBackend";

/// What Django's get_user decides from a session and a row of the user's table, without either database or
/// clock. Owned by a SessionStore, whose options and users outlive it; immutable: any thread.
class SessionOwners {
public:
    SessionOwners(const UserModel& users,
                  const std::vector<std::string>& backends,
                  const std::string& secret,
                  const std::vector<std::string>& fallbacks)
        : users_(users), backends_(backends), secret_(secret), fallbacks_(fallbacks) {}

    /// The id of whom the session says it belongs to, through a backend that may say so; std::nullopt with a
    /// reason otherwise.
    std::optional<std::string> claimed(const ValueMap& session, AnonymousReason& reason) const;
    /// Whether the session is that person's; `none` when it is.
    AnonymousReason check(const ValueMap& session, const Person& person) const;

private:
    const UserModel& users_;
    const std::vector<std::string>& backends_;
    const std::string& secret_;
    const std::vector<std::string>& fallbacks_;
};

}  // namespace zanhu::storage
