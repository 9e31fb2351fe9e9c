#pragma once

#include <string>

#include <zanhu/services.h>
#include <zanhu/worker_pool.h>

#include "core/storage/session_lookups.h"
#include "core/storage/session_store.h"

namespace zanhu::storage {

/// Sessions for the loops, on the `db` pool. Owned by the daemon; store and pool outlive it.
class AsyncSessions final : public Sessions {
public:
    AsyncSessions(SessionStore& store, WorkerPool& db) : store_(store), db_(db), lookups_(store, db) {}

    Task<ValueMap> load(std::string key) override;
    Task<SessionAndUser> authenticate(std::string key) override;
    Task<std::string> log_in(std::string user_id) override;
    Task<void> log_out(std::string key) override;

private:
    SessionStore& store_;
    WorkerPool& db_;
    SessionLookups lookups_;
};

}  // namespace zanhu::storage
