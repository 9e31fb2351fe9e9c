#pragma once

#include <future>
#include <vector>

#include <zanhu/cancellation.h>
#include <zanhu/task.h>
#include <zanhu/worker_pool.h>

#include "core/connection/registry.h"
#include "core/settings/recheck_settings.h"
#include "core/storage/async_sessions.h"
#include "core/storage/credential_store.h"

namespace zanhu::app {

/// Looks up, every [recheck] interval, what let the people of one loop in, and closes with 4401 the sockets
/// of those whom it would not let in any more: also when Django, in the same database, logged them out,
/// disabled them or changed their password. One statement under way at a time, each for a batch of sockets.
/// While the database cannot be asked, nobody is closed. Owned by the runtime; all but the constructor on its
/// loop.
class Recheck {
public:
    Recheck(connection::Registry& registry,
            storage::CredentialStore& store,
            storage::AsyncSessions& sessions,
            WorkerPool& db,
            const settings::RecheckSettings& settings) noexcept
        : registry_(registry), store_(store), sessions_(sessions), db_(db), settings_(settings) {}
    Recheck(const Recheck&) = delete;
    Recheck& operator=(const Recheck&) = delete;

    /// Once. Does nothing when the interval is 0.
    void start();
    /// Ends it after the statement under way. Called once.
    void stop() noexcept { cancel_.cancel(); }
    /// Ready when it has ended; from any thread.
    std::shared_future<void> ended() const { return ended_; }

private:
    Task<void> run();
    Task<void> sweep();
    Task<bool> check(std::vector<connection::HeldCredential> batch);

    connection::Registry& registry_;
    storage::CredentialStore& store_;
    storage::AsyncSessions& sessions_;
    WorkerPool& db_;
    const settings::RecheckSettings settings_;
    CancelSource cancel_;
    Task<void> task_;
    std::promise<void> done_;
    std::shared_future<void> ended_ = done_.get_future().share();
};

}  // namespace zanhu::app
