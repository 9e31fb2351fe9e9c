#include <algorithm>
#include <stdexcept>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/testing/test_loop.h>

namespace zanhu::testing {

namespace {
using SteadyClock = std::chrono::steady_clock;
}

/// One sleeper: an awaiter in the frame of sleep_for().
class TestLoop::Sleep {
public:
    Sleep(TestLoop& loop, SteadyClock::time_point due, CancelToken token)
        : loop_(loop), due_(due), token_(token), on_cancel_(&Sleep::cancelled, this) {}

    bool await_ready() const noexcept { return token_.cancelled(); }
    void await_suspend(std::coroutine_handle<> awaiter) {
        awaiter_ = awaiter;
        place_ = loop_.sleepers_.emplace(due_, this);
        token_.register_callback(on_cancel_);
    }
    void await_resume() const {
        if (token_.cancelled()) throw Cancelled();
    }
    void wake() {
        loop_.sleepers_.erase(place_);
        on_cancel_.unregister();
        awaiter_.resume();
    }

private:
    static void cancelled(void* self) { static_cast<Sleep*>(self)->wake(); }

    TestLoop& loop_;
    SteadyClock::time_point due_;
    CancelToken token_;
    CancelCallback on_cancel_;
    Sleepers::iterator place_;
    std::coroutine_handle<> awaiter_;
};

void TestLoop::post(UniqueFunction job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    posted_.notify_one();
}

Task<void> TestLoop::sleep_for(std::chrono::milliseconds delay, CancelToken token) {
    Sleep sleep(*this, now() + delay, token);
    co_await sleep;
}

/// Makes a loop the thread's current one for as long as it runs.
class TestLoop::Current {
public:
    explicit Current(TestLoop& loop) noexcept : outer_(EventLoop::current()) { set_current(&loop); }
    ~Current() { set_current(outer_); }
    Current(const Current&) = delete;
    Current& operator=(const Current&) = delete;

private:
    EventLoop* outer_;
};

SteadyClock::time_point TestLoop::now() const noexcept {
    const auto base = time_ == Time::real ? SteadyClock::now() : SteadyClock::time_point();
    return base + offset_;
}

bool TestLoop::run_one() {
    UniqueFunction job;
    {
        const std::lock_guard lock(mutex_);
        if (jobs_.empty()) return false;
        job = std::move(jobs_.front());
        jobs_.pop_front();
    }
    job();
    return true;
}

bool TestLoop::wake_one() {
    if (sleepers_.empty() || sleepers_.begin()->first > now()) return false;
    sleepers_.begin()->second->wake();
    return true;
}

void TestLoop::wait(SteadyClock::time_point until) {
    if (time_ == Time::real && !sleepers_.empty()) {
        until = std::min(until, SteadyClock::now() + (sleepers_.begin()->first - now()));
    }
    std::unique_lock lock(mutex_);
    posted_.wait_until(lock, until, [this] { return !jobs_.empty(); });
}

void TestLoop::run_until(const std::function<bool()>& done, std::chrono::seconds deadline) {
    const Current current_loop(*this);
    const auto end = SteadyClock::now() + deadline;
    while (!done()) {
        if (SteadyClock::now() >= end)
            throw std::runtime_error("TestLoop: what the test waits for did not happen");
        // Timers have their turn also while jobs never end.
        const bool ran = run_one();
        if (wake_one() || ran) continue;
        wait(end);
    }
}

void TestLoop::run_pending() {
    const Current current_loop(*this);
    while (run_one() || wake_one()) {
    }
}

}  // namespace zanhu::testing
