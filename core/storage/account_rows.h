#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/storage/account.h"
#include "core/storage/connection.h"

// Reading the table of users within a job, for the stores that need a person. Blocking; the connection
// belongs to the caller. Ids are those of UserModel::id_of().
namespace zanhu::storage {

/// What deciding about a person takes; much cheaper to read than the whole account.
struct Person {
    Person() = default;
    User user;
    std::string key;       ///< the primary key as the database has it
    std::string password;  ///< encoded
};
std::optional<Person> person_by_id(Connection& connection, const std::string& id);
/// Those of them that exist, by their ids, in one statement.
std::map<std::string, Person> persons_by_id(Connection& connection, const std::vector<std::string>& ids);
std::optional<Person> person_by_username(Connection& connection, const std::string& username);

std::optional<Account> account_by_id(Connection& connection, const std::string& id);
std::optional<Account> account_by_username(Connection& connection, const std::string& username);

/// Those whose name comes after `after` and contains `contains`, in order of name, at most `limit`.
std::vector<Account> accounts_in_order(Connection& connection,
                                       const std::string& contains,
                                       std::optional<bool> active,
                                       const std::string& after,
                                       std::int64_t limit);

}  // namespace zanhu::storage
