#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>

#include <zanhu/event_loop.h>

namespace zanhu::testing {

/// A loop for tests: runs on the test's own thread, only while run() or run_until() does. Time stands still
/// until advance(), unless it was made with the real clock. Owned by the test; post() may be called from any
/// thread, everything else from the test's.
class TestLoop final : public EventLoop {
public:
    enum class Time { stands_still, real };
    explicit TestLoop(Time time = Time::stands_still) : time_(time) {}

    void post(UniqueFunction job) override;
    Task<void> sleep_for(std::chrono::milliseconds delay, CancelToken token) override;
    void flush_output() override {}
    std::chrono::steady_clock::time_point now() const noexcept override;

    /// Moves the clock on; sleepers that are due wake in the next run.
    void advance(std::chrono::milliseconds time) { offset_ += time; }

    /// Runs jobs until `done()`; throws std::runtime_error when that takes longer than any healthy test
    /// would.
    void run_until(const std::function<bool()>& done,
                   std::chrono::seconds deadline = std::chrono::seconds(20));
    /// Runs jobs until none is left and no sleeper is due.
    void run_pending();

    /// Runs a task to its end and gives its result or its exception.
    template <class T>
    T run(Task<T> task) {
        bool ended = false;
        post([&task, &ended] { task.start([](void* flag) { *static_cast<bool*>(flag) = true; }, &ended); });
        run_until([&ended] { return ended; });
        return task.result();
    }

private:
    class Sleep;
    class Current;
    using Sleepers = std::multimap<std::chrono::steady_clock::time_point, Sleep*>;

    bool run_one();
    bool wake_one();
    void wait(std::chrono::steady_clock::time_point until);

    const Time time_;
    std::chrono::steady_clock::duration offset_{std::chrono::hours(1)};
    Sleepers sleepers_;
    std::mutex mutex_;  // guards jobs_
    std::condition_variable posted_;
    std::deque<UniqueFunction> jobs_;
};

}  // namespace zanhu::testing
