#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <utility>
#include <vector>

#include <zanhu/event_loop.h>

namespace zanhu {

namespace detail {

/// Runs a callable on several loops at once while this coroutine waits, and adds up what it returns. Lives in
/// the awaiting frame.
template <class F>
class OnLoops {
public:
    OnLoops(std::vector<EventLoop*> targets, F& job) noexcept : targets_(std::move(targets)), job_(job) {}

    bool await_ready() const noexcept { return targets_.empty(); }
    bool await_suspend(std::coroutine_handle<> awaiter) {
        home_ = EventLoop::current();
        awaiter_ = awaiter;
        bool here = false;
        for (EventLoop* target : targets_) {
            if (target == home_) {
                here = true;
                continue;
            }
            ++remaining_;
            target->post([this, target] {
                auto [taken, error] = run(*target);
                home_->post([this, taken = taken, error = std::move(error)] { answer(taken, error); });
            });
        }
        if (here) {
            const auto [taken, error] = run(*home_);
            add(taken, error);
        }
        return remaining_ > 0;
    }
    std::size_t await_resume() const {
        if (error_) std::rethrow_exception(error_);
        return total_;
    }

private:
    std::pair<std::size_t, std::exception_ptr> run(EventLoop& loop) noexcept {
        try {
            return {job_(loop), nullptr};
        } catch (...) {
            return {0, std::current_exception()};
        }
    }
    void add(std::size_t taken, const std::exception_ptr& error) {
        total_ += taken;
        if (error) error_ = error;
    }
    void answer(std::size_t taken, const std::exception_ptr& error) {
        add(taken, error);
        if (--remaining_ == 0) awaiter_.resume();
    }

    std::vector<EventLoop*> targets_;
    F& job_;
    EventLoop* home_ = nullptr;
    std::coroutine_handle<> awaiter_;
    std::size_t remaining_ = 0;
    std::size_t total_ = 0;
    std::exception_ptr error_;
};

}  // namespace detail

/// `co_await on_loops(loops, job)`: runs `std::size_t job(EventLoop&)` on each of these loops, on this one at
/// once and on the others in parallel, and resumes here with the sum. Rethrows what a job threw. `job` must
/// outlive the wait. Loop threads only.
template <std::invocable<EventLoop&> F>
detail::OnLoops<F> on_loops(std::vector<EventLoop*> loops, F& job) noexcept {
    return detail::OnLoops<F>(std::move(loops), job);
}

}  // namespace zanhu
