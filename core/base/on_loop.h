#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include <zanhu/event_loop.h>
#include <zanhu/task.h>

namespace zanhu {

namespace detail {

/// A task that runs on another loop while this coroutine waits. Lives in the awaiting frame.
template <class T>
class OnLoop {
public:
    OnLoop(EventLoop& target, Task<T> task) noexcept : target_(target), task_(std::move(task)) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiter) {
        home_ = EventLoop::current();
        awaiter_ = awaiter;
        target_.post([this] { task_.start([](void* self) { static_cast<OnLoop*>(self)->ended(); }, this); });
    }
    T await_resume() {
        if (error_) std::rethrow_exception(error_);
        if constexpr (!std::is_void_v<T>) return std::move(*value_);
    }

private:
    // From within its last suspension the task may not be freed.
    void ended() {
        target_.post([this] {
            try {
                if constexpr (std::is_void_v<T>) {
                    task_.result();
                } else {
                    value_.emplace(task_.result());
                }
            } catch (...) {
                error_ = std::current_exception();
            }
            task_ = Task<T>();
            home_->post([this] { awaiter_.resume(); });
        });
    }

    EventLoop& target_;
    Task<T> task_;
    EventLoop* home_ = nullptr;
    std::coroutine_handle<> awaiter_;
    std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> value_;
    std::exception_ptr error_;
};

}  // namespace detail

/// Runs a task on `loop` and resumes here with its result; on that loop itself it is an ordinary await. Loop
/// threads only.
template <class T>
Task<T> on_loop(EventLoop& loop, Task<T> task) {
    if (EventLoop::current() == &loop) co_return co_await std::move(task);
    detail::OnLoop<T> elsewhere(loop, std::move(task));
    co_return co_await elsewhere;
}

}  // namespace zanhu
