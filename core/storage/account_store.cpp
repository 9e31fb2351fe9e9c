#include "core/storage/account_store.h"

#include <Poco/UTF8String.h>

#include <algorithm>
#include <string_view>

#include <zanhu/errors.h>
#include <zanhu/forms.h>
#include <zanhu/names.h>

#include "core/django/usernames.h"
#include "core/storage/account_rows.h"
#include "core/storage/moment.h"

namespace zanhu::storage {

namespace {

AddResult refused(AddOutcome outcome, std::string problem) {
    AddResult result;
    result.outcome = outcome;
    result.problem = std::move(problem);
    return result;
}

std::optional<std::string> problem_of(const NewAccount& account) {
    if (reserved_group_names().contains(account.username)) {
        return "The name '" + account.username + "' is reserved: zanhu has a group of its own by that name.";
    }
    if (auto problem = django::username_problem(account.username)) return problem;
    if (auto problem = django::email_problem(account.email)) return problem;
    for (const std::string* name : {&account.first_name, &account.last_name}) {
        if (name->find('\0') != std::string::npos || !is_utf8(*name)) return "A name must be text in UTF-8.";
    }
    return std::nullopt;
}

/// Django: BaseUserManager.normalize_email.
std::string normal_email(const std::string& email) {
    const std::size_t at = email.rfind('@');
    if (at == std::string::npos) return email;
    return email.substr(0, at + 1) + Poco::UTF8::toLower(email.substr(at + 1));
}

void check_has_column(const std::string& column, const char* name) {
    if (column.empty()) {
        throw StorageError(std::string("the site's user model has no column `") + name +
                           "`; name it in [users], or change the account on the Django site");
    }
}

/// Runs an UPDATE with the id as its last value; whether there is such an account.
bool change(Database& database,
            const UserModel& users,
            const std::string& id,
            const char* statement,
            std::vector<Parameter> values) {
    const auto known = users.id_of(id);
    if (!known) return false;
    return database.write([&](Connection& connection) {
        const auto person = person_by_id(connection, *known);
        if (!person) return false;
        std::vector<Parameter> all = values;
        all.emplace_back(person->key);
        connection.select(statement, all);
        return true;
    });
}

AddResult insert(Connection& connection, const NewAccount& account) {
    if (account_by_username(connection, account.username)) {
        return refused(AddOutcome::username_taken,
                       "There is an account named '" + account.username + "' already.");
    }
    connection.change(
        "INSERT INTO {users} (password, last_login, is_superuser, username, last_name, email, is_staff, "
        "is_active, date_joined, first_name) VALUES (?, NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
        {account.password,
         account.is_superuser,
         account.username,
         account.last_name,
         normal_email(account.email),
         account.is_staff,
         account.is_active,
         moment(to_database(current_moment())),
         account.first_name});
    AddResult result;
    result.account = account_by_username(connection, account.username).value();
    return result;
}

}  // namespace

std::optional<Account> AccountStore::find_by_id(const std::string& id) {
    const auto known = users_.id_of(id);
    if (!known) return std::nullopt;
    return database_.read([&](Connection& connection) { return account_by_id(connection, *known); });
}

std::optional<Account> AccountStore::find_by_username(const std::string& username) {
    return database_.read([&](Connection& connection) { return account_by_username(connection, username); });
}

std::optional<User> AccountStore::find_user(const std::string& id) {
    const auto known = users_.id_of(id);
    if (!known) return std::nullopt;
    auto person = database_.read([&](Connection& connection) { return person_by_id(connection, *known); });
    return person ? std::optional(std::move(person->user)) : std::nullopt;
}

std::optional<User> AccountStore::find_by_token(const std::string& key) {
    if (key.find('\0') != std::string::npos) return std::nullopt;
    auto person = database_.read([&](Connection& connection) -> std::optional<Person> {
        const auto row = connection.first("SELECT user_id FROM authtoken_token WHERE \"key\" = ?", {key});
        const auto id = row ? users_.id_of(row->text(0)) : std::nullopt;
        return id ? person_by_id(connection, *id) : std::nullopt;
    });
    if (!person || !person->user.is_active) return std::nullopt;
    return std::move(person->user);
}

AccountPage AccountStore::list(const AccountFilter& filter) {
    const std::size_t wanted = std::clamp<std::size_t>(filter.limit, 1, k_max_page);
    AccountPage page;
    page.accounts = database_.read([&](Connection& connection) {
        const auto limit = static_cast<std::int64_t>(wanted) + 1;
        return accounts_in_order(connection, filter.contains, filter.active, filter.after, limit);
    });
    page.more = page.accounts.size() > wanted;
    if (page.more) page.accounts.pop_back();
    return page;
}

AddResult AccountStore::add(const NewAccount& account) {
    if (!users_.is_djangos()) {
        return refused(AddOutcome::refused,
                       "The site has a user model of its own ([users]), whose other columns only Django can "
                       "fill: make the account there, with manage.py createsuperuser or in the admin site.");
    }
    if (auto problem = problem_of(account)) return refused(AddOutcome::refused, std::move(*problem));
    return database_.write([&](Connection& connection) { return insert(connection, account); });
}

bool AccountStore::set_password(const std::string& id, const std::string& encoded) {
    return change(database_, users_, id, "UPDATE {users} SET {password} = ? WHERE {id} = {key}", {encoded});
}

bool AccountStore::set_active(const std::string& id, bool is_active) {
    check_has_column(users_.is_active, "is_active");
    return change(
        database_, users_, id, "UPDATE {users} SET {is_active} = ? WHERE {id} = {key}", {is_active});
}

bool AccountStore::set_rights(const std::string& id, bool is_staff, bool is_superuser) {
    check_has_column(users_.is_staff, "is_staff");
    check_has_column(users_.is_superuser, "is_superuser");
    return change(database_,
                  users_,
                  id,
                  "UPDATE {users} SET {is_staff} = ?, {is_superuser} = ? WHERE {id} = {key}",
                  {is_staff, is_superuser});
}

bool AccountStore::set_last_login(const std::string& id) {
    check_has_column(users_.last_login, "last_login");
    const std::string now = to_database(current_moment());
    return change(
        database_, users_, id, "UPDATE {users} SET {last_login} = ? WHERE {id} = {key}", {moment(now)});
}

bool AccountStore::remove(const std::string& id) {
    const auto known = users_.id_of(id);
    if (!known) return false;
    return database_.write([&](Connection& connection) {
        const auto person = person_by_id(connection, *known);
        if (!person) return false;
        // A Django site need not have private messages.
        if (connection.has_table("messager_message")) {
            connection.change("DELETE FROM messager_message WHERE sender_id = {key} OR recipient_id = {key}",
                              {person->key, person->key});
        }
        return connection.change("DELETE FROM {users} WHERE {id} = {key}", {person->key}) > 0;
    });
}

}  // namespace zanhu::storage
