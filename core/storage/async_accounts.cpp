#include "core/storage/async_accounts.h"

#include <utility>

#include <zanhu/sync.h>

#include "core/django/password.h"

namespace zanhu::storage {

Task<std::optional<User>> AsyncAccounts::find_by_username(std::string username) {
    auto find = [this, &username] {
        auto account = store_.find_by_username(username);
        return account ? std::optional(std::move(account->user)) : std::nullopt;
    };
    co_return co_await sync_to_async(db_, find);
}

Task<std::optional<User>> AsyncAccounts::authenticate(std::string username, std::string password) {
    auto find = [this, &username] { return store_.find_by_username(username); };
    auto account = co_await sync_to_async(db_, find);
    auto check = [this, &account, &password] { return may_enter(account, password); };
    const bool right = co_await sync_to_async(hash_, check);
    co_return right ? std::optional(std::move(account->user)) : std::nullopt;
}

// Whatever the reason for a refusal, it takes the time of a hash: nobody learns which names exist.
bool AsyncAccounts::may_enter(const std::optional<Account>& account, const std::string& password) {
    if (account) {
        switch (django::check_password(password, account->password)) {
            case django::PasswordCheck::right:
                return account->user.is_active;
            case django::PasswordCheck::wrong:
                spend_the_rest(password, django::iterations_of(account->password));
                return false;
            case django::PasswordCheck::unusable:
            case django::PasswordCheck::unknown_algorithm:
            case django::PasswordCheck::malformed:
                break;
        }
    }
    spend_the_rest(password, 0);
    return false;
}

// Django: BasePasswordHasher.harden_runtime.
void AsyncAccounts::spend_the_rest(const std::string& password, int spent) {
    int all = iterations();
    while (spent > all && !iterations_.compare_exchange_weak(all, spent, std::memory_order_relaxed)) {
    }
    if (spent < all) django::spend_check_time(password, all - spent);
}

}  // namespace zanhu::storage
