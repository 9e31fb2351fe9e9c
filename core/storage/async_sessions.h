#pragma once

#include <optional>
#include <string>
#include <vector>

#include <zanhu/credential.h>
#include <zanhu/services.h>
#include <zanhu/worker_pool.h>

#include "core/storage/session_cache.h"
#include "core/storage/session_lookups.h"
#include "core/storage/session_store.h"

namespace zanhu::storage {

/// Sessions for the loops: on the `db` pool, and from the site's cache. Owned by the daemon; store and pool
/// outlive it.
class AsyncSessions final : public Sessions {
public:
    AsyncSessions(SessionStore& store, WorkerPool& db) : store_(store), db_(db), lookups_(store, db) {}

    /// The cache of the site's engine, ahead of everything else here; outlives it.
    void use(SessionCache& cache) noexcept { cache_ = &cache; }
    SessionCache* cache() const noexcept { return cache_; }

    /// For each of them what the site's cache has of it, where it is a session and the site has one.
    Task<std::vector<std::optional<std::string>>> cached(const std::vector<Credential>& credentials);

    Task<ValueMap> load(std::string key) override;
    Task<SessionAndUser> authenticate(std::string key) override;
    Task<std::string> log_in(std::string user_id) override;
    Task<void> log_out(std::string key) override;

private:
    /// Where the engine has one.
    Task<void> ask_cache(SessionQuery& query);

    SessionStore& store_;
    WorkerPool& db_;
    SessionCache* cache_ = nullptr;
    SessionLookups lookups_;
};

}  // namespace zanhu::storage
