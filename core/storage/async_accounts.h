#pragma once

#include <atomic>
#include <optional>
#include <string>

#include <zanhu/services.h>
#include <zanhu/worker_pool.h>

#include "core/storage/account_store.h"

namespace zanhu::storage {

/// Accounts for the loops: statements on the `db` pool, password hashes on the `hash` pool. Owned by the
/// daemon; store and pools outlive it.
class AsyncAccounts final : public Accounts {
public:
    /// `iterations`: what a password of this site usually costs. An unknown name takes as long, or as long as
    /// the dearest password that was seen since.
    AsyncAccounts(AccountStore& store, WorkerPool& db, WorkerPool& hash, int iterations)
        : store_(store), db_(db), hash_(hash), iterations_(iterations) {}

    /// The rounds that every refusal takes by now.
    int iterations() const noexcept { return iterations_.load(std::memory_order_relaxed); }

    Task<std::optional<User>> find_by_username(std::string username) override;
    /// Django: ModelBackend.authenticate. The last login is set by Sessions::log_in.
    Task<std::optional<User>> authenticate(std::string username, std::string password) override;

private:
    bool may_enter(const std::optional<Account>& account, const std::string& password);
    void spend_the_rest(const std::string& password, int spent);

    AccountStore& store_;
    WorkerPool& db_;
    WorkerPool& hash_;
    std::atomic<int> iterations_;
};

}  // namespace zanhu::storage
