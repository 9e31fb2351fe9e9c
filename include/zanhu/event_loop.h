#pragma once

#include <chrono>

#include <zanhu/cancellation.h>
#include <zanhu/task.h>
#include <zanhu/unique_function.h>

namespace zanhu {

/// One thread's event loop: the home of its connections, timers and coroutines for their whole life. Owned by
/// the daemon. Everything that belongs to a loop is touched on its thread only; post() is the one door
/// between threads.
class EventLoop {
public:
    virtual ~EventLoop() = default;

    /// The loop that runs on this thread; null on any other thread.
    static EventLoop* current() noexcept { return current_; }

    /// Runs `job` on the loop's thread, in order of posting per posting thread. THE only member that any
    /// thread may call. The queue has no bound of its own: each poster has one (a pool's jobs, a layer's
    /// capacity, one reply a request).
    virtual void post(UniqueFunction job) = 0;

    /// Resumes after `delay`, on the loop; throws Cancelled as soon as the token is cancelled. Loop thread
    /// only.
    virtual Task<void> sleep_for(std::chrono::milliseconds delay, CancelToken token) = 0;

    /// Writes now what would leave at the end of the turn. For whoever sends to very many connections in one
    /// go: called between batches, it keeps few buffers in use at once. Loop thread only.
    virtual void flush_output() = 0;

    /// The loop's monotonic clock, read once a turn.
    virtual std::chrono::steady_clock::time_point now() const noexcept = 0;

protected:
    static void set_current(EventLoop* loop) noexcept { current_ = loop; }

private:
    static thread_local EventLoop* current_ __attribute__((tls_model("initial-exec")));
};

}  // namespace zanhu
