#pragma once

#include <coroutine>
#include <exception>
#include <mutex>
#include <vector>

#include <zanhu/event_loop.h>
#include <zanhu/worker_pool.h>

#include "core/base/metrics.h"
#include "core/storage/session_store.h"

namespace zanhu::storage {

/// Look-ups that arrive close together are made together: one job of the pool, one read of the database, one
/// wake-up of each loop. In a storm of handshakes that is most of what they cost. As many may wait as jobs in
/// the pool's queue. Owned by AsyncSessions; any loop's thread.
class SessionLookups {
public:
    /// The store and the pool must outlive it, and the pool be stopped first.
    SessionLookups(SessionStore& store, WorkerPool& db);

    /// `co_await`: session_user(key). Lives in the awaiting frame, as the key does. Throws StorageError,
    /// PoolSaturated.
    class Lookup : public SessionQuery {
    public:
        Lookup(SessionLookups& all, const std::string& session_key) : SessionQuery(session_key), all_(all) {}
        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> awaiter);
        SessionAndUser await_resume();

    private:
        friend class SessionLookups;
        SessionLookups& all_;
        EventLoop* home_ = nullptr;
        std::coroutine_handle<> awaiter_;
        std::exception_ptr error_;
    };

private:
    bool enqueue(Lookup& lookup);
    void run_batch();
    void look_up(const std::vector<Lookup*>& batch) noexcept;
    static void resume(std::vector<Lookup*> batch);

    SessionStore& store_;
    WorkerPool& db_;
    Counter refused_;   // the pool's own, which does not see who finds no place here
    std::mutex mutex_;  // guards what follows
    std::vector<Lookup*> waiting_;
    bool job_queued_ = false;
};

}  // namespace zanhu::storage
