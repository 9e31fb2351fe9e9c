#pragma once

#include <Poco/Data/Session.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/storage/account.h"

// Reading auth_user within a job, for the stores that need a person. Blocking; the session belongs to the
// caller.
namespace zanhu::storage {

/// A primary key from its text, such as a session's `_auth_user_id`; std::nullopt for what is no 64-bit
/// integer.
std::optional<std::int64_t> account_id(std::string_view text);

/// What deciding about a person takes; much cheaper to read than the whole account.
struct Person {
    Person() = default;
    std::int64_t id = 0;
    User user;
    std::string password;  ///< encoded
};
std::optional<Person> person_by_id(Poco::Data::Session& session, std::int64_t id);
/// Those of them that exist, in one statement.
std::map<std::int64_t, Person> persons_by_id(Poco::Data::Session& session,
                                             const std::vector<std::int64_t>& ids);
std::optional<Person> person_by_username(Poco::Data::Session& session, const std::string& username);

std::optional<Account> account_by_id(Poco::Data::Session& session, std::int64_t id);
std::optional<Account> account_by_username(Poco::Data::Session& session, const std::string& username);

/// Those whose name comes after `after` and contains `contains`, in order of name, at most `limit`.
std::vector<Account> accounts_in_order(Poco::Data::Session& session,
                                       const std::string& contains,
                                       std::optional<bool> active,
                                       const std::string& after,
                                       std::int64_t limit);

}  // namespace zanhu::storage
