#pragma once

#include <coroutine>
#include <utility>

#include <zanhu/event_loop.h>
#include <zanhu/remote_task.h>
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
        task_.start(
            target_, [](void* self) { static_cast<OnLoop*>(self)->over(); }, this);
    }
    T await_resume() { return task_.result(); }

private:
    void over() {
        home_->post([this] { awaiter_.resume(); });
    }

    EventLoop& target_;
    RemoteTask<T> task_;
    EventLoop* home_ = nullptr;
    std::coroutine_handle<> awaiter_;
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
