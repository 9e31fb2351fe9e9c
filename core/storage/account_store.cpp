#include "core/storage/account_store.h"

#include <Poco/UTF8String.h>

#include <algorithm>
#include <string_view>

#include <zanhu/forms.h>
#include <zanhu/names.h>

#include "core/django/usernames.h"
#include "core/storage/account_rows.h"
#include "core/storage/moment.h"

namespace zanhu::storage {

using namespace Poco::Data::Keywords;

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

/// Runs an UPDATE or DELETE with the id as its last variable; whether there was such an account.
template <class... Values>
bool change(Database& database, const std::string& id, const char* statement, Values... values) {
    const auto key = account_id(id);
    if (!key) return false;
    return database.write([&](Poco::Data::Session& session) {
        Poco::Data::Statement update(session);
        update << statement;
        ((update, bind(values)), ...);
        update, bind(*key);
        return update.execute() > 0;
    });
}

}  // namespace

std::optional<Account> AccountStore::find_by_id(const std::string& id) {
    const auto key = account_id(id);
    if (!key) return std::nullopt;
    return database_.read([&](Poco::Data::Session& session) { return account_by_id(session, *key); });
}

std::optional<Account> AccountStore::find_by_username(const std::string& username) {
    return database_.read(
        [&](Poco::Data::Session& session) { return account_by_username(session, username); });
}

std::optional<User> AccountStore::find_user(const std::string& id) {
    const auto key = account_id(id);
    if (!key) return std::nullopt;
    auto person = database_.read([&](Poco::Data::Session& session) { return person_by_id(session, *key); });
    return person ? std::optional(std::move(person->user)) : std::nullopt;
}

std::optional<User> AccountStore::find_by_token(const std::string& key) {
    auto person = database_.read([&](Poco::Data::Session& session) -> std::optional<Person> {
        std::int64_t id = 0;
        Poco::Data::Statement select(session);
        select << "SELECT user_id FROM authtoken_token WHERE \"key\" = ?", into(id), bind(key);
        if (select.execute() == 0) return std::nullopt;
        return person_by_id(session, id);
    });
    if (!person || !person->user.is_active) return std::nullopt;
    return std::move(person->user);
}

AccountPage AccountStore::list(const AccountFilter& filter) {
    const std::size_t wanted = std::clamp<std::size_t>(filter.limit, 1, k_max_page);
    AccountPage page;
    page.accounts = database_.read([&](Poco::Data::Session& session) {
        const auto limit = static_cast<std::int64_t>(wanted) + 1;
        return accounts_in_order(session, filter.contains, filter.active, filter.after, limit);
    });
    page.more = page.accounts.size() > wanted;
    if (page.more) page.accounts.pop_back();
    return page;
}

AddResult AccountStore::add(const NewAccount& account) {
    if (auto problem = problem_of(account)) return refused(AddOutcome::refused, std::move(*problem));
    return database_.write([&](Poco::Data::Session& session) {
        if (account_by_username(session, account.username)) {
            return refused(AddOutcome::username_taken,
                           "There is an account named '" + account.username + "' already.");
        }
        session << "INSERT INTO auth_user (password, last_login, is_superuser, username, last_name, email, "
                   "is_staff, is_active, "
                   "date_joined, first_name) VALUES (?, NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            bind(account.password), bind(account.is_superuser), bind(account.username),
            bind(account.last_name), bind(normal_email(account.email)), bind(account.is_staff),
            bind(account.is_active), bind(to_database(current_moment())), bind(account.first_name), now;
        AddResult result;
        result.account = account_by_username(session, account.username).value();
        return result;
    });
}

bool AccountStore::set_password(const std::string& id, const std::string& encoded) {
    return change(database_, id, "UPDATE auth_user SET password = ? WHERE id = ?", encoded);
}

bool AccountStore::set_active(const std::string& id, bool is_active) {
    return change(database_, id, "UPDATE auth_user SET is_active = ? WHERE id = ?", is_active);
}

bool AccountStore::set_rights(const std::string& id, bool is_staff, bool is_superuser) {
    return change(database_,
                  id,
                  "UPDATE auth_user SET is_staff = ?, is_superuser = ? WHERE id = ?",
                  is_staff,
                  is_superuser);
}

bool AccountStore::set_last_login(const std::string& id) {
    return change(
        database_, id, "UPDATE auth_user SET last_login = ? WHERE id = ?", to_database(current_moment()));
}

bool AccountStore::remove(const std::string& id) {
    const auto key = account_id(id);
    if (!key) return false;
    return database_.write([&](Poco::Data::Session& session) {
        // A Django site need not have private messages.
        int tables = 0;
        session << "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'messager_message'",
            into(tables), now;
        if (tables > 0) {
            session << "DELETE FROM messager_message WHERE sender_id = ? OR recipient_id = ?", bind(*key),
                bind(*key), now;
        }
        Poco::Data::Statement remove(session);
        remove << "DELETE FROM auth_user WHERE id = ?", bind(*key);
        return remove.execute() > 0;
    });
}

}  // namespace zanhu::storage
