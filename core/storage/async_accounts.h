#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <utility>

#include <zanhu/services.h>
#include <zanhu/worker_pool.h>

#include "core/django/password.h"
#include "core/storage/account_store.h"

namespace zanhu::storage {

/// Accounts for the loops: statements on the `db` pool, password hashes on the `hash` pool. Owned by the
/// daemon; store and pools outlive it.
class AsyncAccounts final : public Accounts {
public:
    /// Whether a log-in may replace a row of another hasher or cost: in a database of zanhu's own alone,
    /// since it ends the person's other sessions, also those on a Django site.
    enum class Upgrade : bool { no, yes };

    AsyncAccounts(AccountStore& store,
                  WorkerPool& db,
                  WorkerPool& hash,
                  django::PasswordHashers hashers,
                  Upgrade upgrade)
        : store_(store),
          db_(db),
          hash_(hash),
          hashers_(std::move(hashers)),
          upgrade_(upgrade),
          iterations_(hashers_.iterations) {}

    /// The rounds that every refusal takes by now: those of the configuration, or of the dearest row that was
    /// seen.
    int iterations() const noexcept { return iterations_.load(std::memory_order_relaxed); }

    Task<std::optional<User>> find_by_username(std::string username) override;
    Task<std::optional<User>> find_by_id(std::string id) override;
    Task<std::optional<User>> find_by_token(std::string key) override;
    /// Django: ModelBackend.authenticate. The last login is set by Sessions::log_in.
    Task<std::optional<User>> authenticate(std::string username, std::string password) override;

private:
    bool may_enter(const std::optional<Account>& account, const std::string& password);
    void spend_the_rest(const std::string& password, const std::string& encoded);
    void spend_all(const std::string& password);
    Task<void> upgrade(Account& account, const std::string& password);

    AccountStore& store_;
    WorkerPool& db_;
    WorkerPool& hash_;
    const django::PasswordHashers hashers_;
    const Upgrade upgrade_;
    std::atomic<int> iterations_;
};

}  // namespace zanhu::storage
