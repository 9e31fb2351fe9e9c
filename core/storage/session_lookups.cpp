#include "core/storage/session_lookups.h"

#include <algorithm>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/sync.h>

#include "core/base/exposition.h"

namespace zanhu::storage {

SessionLookups::SessionLookups(SessionStore& store, WorkerPool& db)
    : store_(store),
      db_(db),
      refused_("pool_refused_total",
               "Jobs refused because the pool's queue was full",
               "pool=" + quoted_label(db.name())) {}

bool SessionLookups::Lookup::await_suspend(std::coroutine_handle<> awaiter) {
    home_ = EventLoop::current();
    awaiter_ = awaiter;
    if (all_.enqueue(*this)) return true;  // a worker may be at it already
    error_ = std::make_exception_ptr(pool_saturated(all_.db_));
    return false;
}

SessionAndUser SessionLookups::Lookup::await_resume() {
    if (error_) std::rethrow_exception(error_);
    if (failure) std::rethrow_exception(failure);
    return std::move(found);
}

bool SessionLookups::enqueue(Lookup& lookup) {
    // The lock is held until the job is accepted: nobody joins a batch that will not be made.
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= db_.queue_limit()) {
        refused_.add();
        return false;
    }
    if (!job_queued_ && !db_.try_submit([this] { run_batch(); })) return false;
    job_queued_ = true;
    waiting_.push_back(&lookup);
    return true;
}

void SessionLookups::run_batch() {
    std::vector<Lookup*> batch;
    {
        const std::lock_guard lock(mutex_);
        batch.swap(waiting_);
        job_queued_ = false;
    }
    look_up(batch);
    resume(std::move(batch));
}

void SessionLookups::look_up(const std::vector<Lookup*>& batch) noexcept {
    try {
        const std::vector<SessionQuery*> queries(batch.begin(), batch.end());
        store_.session_users(queries);
    } catch (...) {
        // What fails is the database, not a row: it fails for all of them.
        for (Lookup* lookup : batch)
            lookup->error_ = std::current_exception();
    }
}

void SessionLookups::resume(std::vector<Lookup*> batch) {
    while (!batch.empty()) {
        EventLoop* const home = batch.back()->home_;
        const auto elsewhere = [home](const Lookup* lookup) { return lookup->home_ != home; };
        const auto first = std::stable_partition(batch.begin(), batch.end(), elsewhere);
        std::vector<Lookup*> of_one_loop(first, batch.end());
        batch.erase(first, batch.end());
        home->post([of_one_loop = std::move(of_one_loop)] {
            for (Lookup* lookup : of_one_loop)
                lookup->awaiter_.resume();
        });
    }
}

}  // namespace zanhu::storage
