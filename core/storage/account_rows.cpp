#include "core/storage/account_rows.h"

#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>

#include <charconv>
#include <utility>

#include "core/storage/database.h"
#include "core/storage/in_list.h"
#include "core/storage/moment.h"

namespace zanhu::storage {

using namespace Poco::Data::Keywords;

namespace {

constexpr const char* k_select =
    "SELECT id, username, password, email, first_name, last_name, is_active, is_staff, is_superuser, "
    "date_joined, "
    "last_login FROM auth_user ";

/// The variables that Poco fills; they must stay where they are while the statement lives.
struct Row {
    std::int64_t id = 0;
    std::string username, password, email, first_name, last_name, date_joined;
    bool is_active = false;
    bool is_staff = false;
    bool is_superuser = false;
    Poco::Nullable<std::string> last_login;

    void bind_to(Poco::Data::Statement& select) {
        select, into(id), into(username), into(password), into(email), into(first_name), into(last_name),
            into(is_active), into(is_staff), into(is_superuser), into(date_joined), into(last_login),
            limit(1);
    }

    Account account() const {
        Account account;
        account.user = User(std::to_string(id), username);
        account.user.is_active = is_active;
        account.user.is_staff = is_staff;
        account.user.is_superuser = is_superuser;
        account.password = password;
        account.email = email;
        account.first_name = first_name;
        account.last_name = last_name;
        account.date_joined = database_to_iso(date_joined);
        if (!last_login.isNull()) account.last_login = database_to_iso(last_login.value());
        return account;
    }
};

template <class Key>
std::optional<Account> find_one(Poco::Data::Session& session, const char* where, Key key) {
    Row row;
    Poco::Data::Statement select(session);
    select << k_select << where, use(key);
    row.bind_to(select);
    std::optional<Account> found;
    for_each_row(select, [&] { found = row.account(); });
    return found;
}

/// The variables of a Person's columns; they must stay where they are while the statement lives.
struct PersonRow {
    std::int64_t id = 0;
    std::string username, password;
    bool is_active = false;
    bool is_staff = false;
    bool is_superuser = false;

    void select_from(Poco::Data::Statement& select, const std::string& where) {
        select << "SELECT id, username, password, is_active, is_staff, is_superuser FROM auth_user " << where,
            into(id), into(username), into(password), into(is_active), into(is_staff), into(is_superuser);
    }

    Person person() const {
        Person person;
        person.id = id;
        person.user = User(std::to_string(id), username);
        person.user.is_active = is_active;
        person.user.is_staff = is_staff;
        person.user.is_superuser = is_superuser;
        person.password = password;
        return person;
    }
};

template <class Key>
std::optional<Person> find_person(Poco::Data::Session& session, const char* where, Key key) {
    PersonRow row;
    Poco::Data::Statement select(session);
    row.select_from(select, where);
    select, use(key);
    return select.execute() == 0 ? std::nullopt : std::optional(row.person());
}

}  // namespace

std::optional<std::int64_t> account_id(std::string_view text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return id;
}

std::optional<Person> person_by_id(Poco::Data::Session& session, std::int64_t id) {
    return find_person(session, "WHERE id = ?", id);
}

std::map<std::int64_t, Person> persons_by_id(Poco::Data::Session& session,
                                             const std::vector<std::int64_t>& ids) {
    std::map<std::int64_t, Person> persons;
    if (ids.empty()) return persons;
    PersonRow row;
    Poco::Data::Statement select(session);
    row.select_from(select, "WHERE id IN " + places(ids.size()));
    select, limit(1);
    bind_all(select, ids);
    for_each_row(select, [&] { persons.emplace(row.id, row.person()); });
    return persons;
}

std::optional<Person> person_by_username(Poco::Data::Session& session, const std::string& username) {
    return find_person(session, "WHERE username = ?", username);
}

std::optional<Account> account_by_id(Poco::Data::Session& session, std::int64_t id) {
    return find_one(session, "WHERE id = ?", id);
}

std::optional<Account> account_by_username(Poco::Data::Session& session, const std::string& username) {
    return find_one(session, "WHERE username = ?", username);
}

std::vector<Account> accounts_in_order(Poco::Data::Session& session,
                                       const std::string& contains,
                                       std::optional<bool> active,
                                       const std::string& after,
                                       std::int64_t limit) {
    Row row;
    Poco::Data::Statement select(session);
    select << k_select
           << "WHERE username > ? AND (? = '' OR instr(username, ?) > 0) AND (? OR is_active = ?) ORDER BY "
              "username "
              "LIMIT ?",
        bind(after), bind(contains), bind(contains), bind(!active), bind(active.value_or(false)), bind(limit);
    row.bind_to(select);
    std::vector<Account> accounts;
    for_each_row(select, [&] { accounts.push_back(row.account()); });
    return accounts;
}

}  // namespace zanhu::storage
