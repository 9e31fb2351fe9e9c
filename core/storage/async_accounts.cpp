#include "core/storage/async_accounts.h"

#include <utility>

#include <zanhu/sync.h>

namespace zanhu::storage {

Task<std::optional<User>> AsyncAccounts::find_by_username(std::string username) {
    auto find = [this, &username] {
        auto account = store_.find_by_username(username);
        return account ? std::optional(std::move(account->user)) : std::nullopt;
    };
    co_return co_await sync_to_async(db_, find);
}

Task<std::optional<User>> AsyncAccounts::find_by_id(std::string id) {
    auto find = [this, &id] { return store_.find_user(id); };
    co_return co_await sync_to_async(db_, find);
}

Task<std::optional<User>> AsyncAccounts::find_by_token(std::string key) {
    auto find = [this, &key] { return store_.find_by_token(key); };
    co_return co_await sync_to_async(db_, find);
}

Task<std::optional<User>> AsyncAccounts::authenticate(std::string username, std::string password) {
    auto find = [this, &username] { return store_.find_by_username(username); };
    auto account = co_await sync_to_async(db_, find);
    auto check = [this, &account, &password] { return may_enter(account, password); };
    const bool right = co_await sync_to_async(hash_, check);
    if (!right) co_return std::nullopt;
    if (upgrade_ == Upgrade::yes && django::must_update(account->password, hashers_))
        co_await upgrade(*account, password);
    co_return std::move(account->user);
}

// Whatever the reason for a refusal, it takes the time of a hash: nobody learns which names exist.
bool AsyncAccounts::may_enter(const std::optional<Account>& account, const std::string& password) {
    if (account) {
        switch (django::check_password(password, account->password, hashers_)) {
            case django::PasswordCheck::right:
                return account->user.is_active;
            case django::PasswordCheck::wrong:
                spend_the_rest(password, account->password);
                return false;
            case django::PasswordCheck::unusable:
            case django::PasswordCheck::not_accepted:
            case django::PasswordCheck::malformed:
                break;
        }
    }
    spend_all(password);
    return false;
}

// Django: BasePasswordHasher.harden_runtime. Only PBKDF2 has a cost that sites raise from release to release.
void AsyncAccounts::spend_the_rest(const std::string& password, const std::string& encoded) {
    if (hashers_.preferred() != django::Hasher::pbkdf2_sha256) return;
    const int spent = django::iterations_of(encoded);
    int all = iterations();
    while (spent > all && !iterations_.compare_exchange_weak(all, spent, std::memory_order_relaxed)) {
    }
    if (spent >= all) return;
    django::PasswordHashers rest = hashers_;
    rest.iterations = all - spent;
    django::spend_check_time(password, rest);
}

void AsyncAccounts::spend_all(const std::string& password) {
    django::PasswordHashers all = hashers_;
    all.iterations = iterations();
    django::spend_check_time(password, all);
}

// Django: check_password's setter.
Task<void> AsyncAccounts::upgrade(Account& account, const std::string& password) {
    auto make = [this, &password] { return django::make_password(password, hashers_); };
    account.password = co_await sync_to_async(hash_, make);
    auto store = [this, &account] { return store_.set_password(account.user.id(), account.password); };
    co_await sync_to_async(db_, store);
}

}  // namespace zanhu::storage
