#include "core/storage/account_rows.h"

#include <utility>

#include "core/storage/in_list.h"
#include "core/storage/moment.h"

namespace zanhu::storage {

namespace {

constexpr const char* k_person =
    "SELECT {u.id}, {u.username}, {u.password}, {u.is_active}, {u.is_staff}, {u.is_superuser} "
    "FROM {users} u WHERE ";

constexpr const char* k_account =
    "SELECT {u.id}, {u.username}, {u.password}, {u.is_active}, {u.is_staff}, {u.is_superuser}, {u.email}, "
    "{u.first_name}, {u.last_name}, {moment u.date_joined}, {moment u.last_login} FROM {users} u WHERE ";

User user_of(const Connection& connection, const Row& row) {
    User user(connection.users().id_of(row.text(0)).value_or(row.text(0)), row.text(1));
    user.is_active = row.boolean(3);
    user.is_staff = row.boolean(4);
    user.is_superuser = row.boolean(5);
    return user;
}

Person person_of(const Connection& connection, const Row& row) {
    Person person;
    person.user = user_of(connection, row);
    person.key = row.text(0);
    person.password = row.text(2);
    return person;
}

Account account_of(const Connection& connection, const Row& row) {
    Account account;
    account.user = user_of(connection, row);
    account.password = row.text(2);
    account.email = row.text(6);
    account.first_name = row.text(7);
    account.last_name = row.text(8);
    account.date_joined = database_to_iso(row.text(9));
    if (!row.is_null(10)) account.last_login = database_to_iso(row.text(10));
    return account;
}

/// No name holds U+0000, and to a client library it would be the end of the text.
bool is_name(const std::string& username) {
    return username.find('\0') == std::string::npos;
}

}  // namespace

std::optional<Person> person_by_id(Connection& connection, const std::string& id) {
    static const std::string select = std::string(k_person) + "{u.id} = {key}";
    const auto row = connection.first(select, {connection.dialect().key(id)});
    return row ? std::optional(person_of(connection, *row)) : std::nullopt;
}

std::map<std::string, Person> persons_by_id(Connection& connection, const std::vector<std::string>& ids) {
    std::map<std::string, Person> persons;
    if (ids.empty()) return persons;
    std::vector<std::string> keys;
    keys.reserve(ids.size());
    for (const std::string& id : ids)
        keys.push_back(connection.dialect().key(id));
    const InList list(keys);
    for (const Row& row :
         connection.select(k_person + ("{u.id} IN " + list.places("{key}")), list.parameters())) {
        Person person = person_of(connection, row);
        std::string id = person.user.id();
        persons.emplace(std::move(id), std::move(person));
    }
    return persons;
}

std::optional<Person> person_by_username(Connection& connection, const std::string& username) {
    static const std::string select = std::string(k_person) + "{u.username} = ?";
    if (!is_name(username)) return std::nullopt;
    const auto row = connection.first(select, {username});
    return row ? std::optional(person_of(connection, *row)) : std::nullopt;
}

std::optional<Account> account_by_id(Connection& connection, const std::string& id) {
    static const std::string select = std::string(k_account) + "{u.id} = {key}";
    const auto row = connection.first(select, {connection.dialect().key(id)});
    return row ? std::optional(account_of(connection, *row)) : std::nullopt;
}

std::optional<Account> account_by_username(Connection& connection, const std::string& username) {
    static const std::string select = std::string(k_account) + "{u.username} = ?";
    if (!is_name(username)) return std::nullopt;
    const auto row = connection.first(select, {username});
    return row ? std::optional(account_of(connection, *row)) : std::nullopt;
}

std::vector<Account> accounts_in_order(Connection& connection,
                                       const std::string& contains,
                                       std::optional<bool> active,
                                       const std::string& after,
                                       std::int64_t limit) {
    static const std::string select =
        std::string(k_account) +
        "{u.username} > ? AND (? = '' OR {position ? in u.username} > 0) AND (? OR {u.is_active} = ?) "
        "ORDER BY {u.username} LIMIT ?";
    std::vector<Account> accounts;
    if (!is_name(contains) || !is_name(after)) return accounts;
    const Connection::ParameterList parameters = {
        after, contains, contains, !active, active.value_or(false), limit};
    for (const Row& row : connection.select(select, parameters))
        accounts.push_back(account_of(connection, row));
    return accounts;
}

}  // namespace zanhu::storage
