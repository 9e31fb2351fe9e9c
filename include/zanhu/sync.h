#pragma once

#include <concepts>
#include <condition_variable>
#include <mutex>
#include <type_traits>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/event_loop.h>
#include <zanhu/remote_task.h>
#include <zanhu/services.h>
#include <zanhu/worker_pool.h>

namespace zanhu {

/// For whoever submits to a pool without sync_to_async, and is refused.
inline PoolSaturated pool_saturated(const WorkerPool& pool) {
    return PoolSaturated("the '" + pool.name() + "' pool has a full queue or is stopping: raise [pools] " +
                         pool.name() + "_queue or _threads, or try again later");
}

namespace detail {

/// Runs a callable on a pool and comes back to the loop that awaited it. Lives in the awaiting coroutine's
/// frame.
template <class F>
class PoolCall {
public:
    using Result = std::invoke_result_t<F&>;

    PoolCall(WorkerPool& pool, F& job) noexcept : pool_(pool), job_(job) {}

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> awaiter) {
        EventLoop* home = EventLoop::current();
        if (home == nullptr) throw Error("sync_to_async: there is no event loop on this thread");
        accepted_ = pool_.try_submit([this, home, awaiter] {
            outcome_.keep(job_);
            home->post([awaiter] { awaiter.resume(); });
        });
        return accepted_;
    }
    Result await_resume() {
        if (!accepted_) throw pool_saturated(pool_);
        return outcome_.take();
    }

private:
    WorkerPool& pool_;
    F& job_;
    bool accepted_ = false;
    Outcome<Result> outcome_;
};

/// One call of async_to_sync: lives on the stack of the waiting worker; the loop runs the task and signals.
template <class T>
class LoopCall {
public:
    explicit LoopCall(Task<T> task) : task_(std::move(task)), pool_(WorkerPool::current()) {}

    T run(EventLoop& home) {
        task_.start(
            home, [](void* self) { static_cast<LoopCall*>(self)->finish(); }, this);
        if (pool_ != nullptr) {
            pool_->wait(wait_);
        } else {
            std::unique_lock lock(mutex_);
            wait_.signal.wait(lock, [this] { return wait_.over; });
        }
        return task_.result();
    }

private:
    // Last: the worker may go on, and this object be gone, before it returns.
    void finish() {
        if (pool_ != nullptr) {
            pool_->end_wait(wait_);
            return;
        }
        const std::lock_guard lock(mutex_);
        wait_.over = true;
        wait_.signal.notify_one();
    }

    RemoteTask<T> task_;
    WorkerPool* const pool_;  // of which the waiting thread is one
    std::mutex mutex_;        // guards wait_ when there is no pool
    WorkerPool::Wait wait_;
};

}  // namespace detail

/// Runs a blocking `job` on a pool's thread; the coroutine is resumed on its own loop with the result or the
/// exception (Django: sync_to_async). Loop threads only. Throws PoolSaturated when the pool's queue is full.
/// Once begun, the job runs to its end, also when the connection goes away meanwhile. Under GCC 12 name the
/// closure before the co_await (docs/coroutines.md).
template <std::invocable F>
Task<std::invoke_result_t<F&>> sync_to_async(WorkerPool& pool, F job) {
    detail::PoolCall<F> call(pool, job);
    co_return co_await call;
}

/// The same on the `sync` pool, on which the handlers of synchronous consumers run.
template <std::invocable F>
Task<std::invoke_result_t<F&>> sync_to_async(Services& services, F job) {
    return sync_to_async(services.pool("sync"), std::move(job));
}

/// The same on the `db` pool, for what waits for a database (Channels: database_sync_to_async). A connection
/// of the job's own is opened, used and given back inside of the job.
template <std::invocable F>
Task<std::invoke_result_t<F&>> database_sync_to_async(Services& services, F job) {
    return sync_to_async(services.pool("db"), std::move(job));
}

/// Runs a task on `home` and blocks this thread until it has ended (Django: async_to_sync). Worker threads
/// only: on a loop thread it throws Error, because a loop that waits for itself waits for ever. The wait is
/// bounded by what the task itself waits for. The task may use the pool that waits for it, so hold no lock
/// across the call: the thread may run other jobs meanwhile (WorkerPool::wait).
template <class T>
T async_to_sync(EventLoop& home, Task<T> task) {
    if (EventLoop::current() != nullptr) {
        throw Error(
            "async_to_sync: this is an event loop's thread, which must not block; co_await the task instead");
    }
    detail::LoopCall<T> call(std::move(task));
    return call.run(home);
}

}  // namespace zanhu
