#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include <zanhu/event_loop.h>
#include <zanhu/task.h>

namespace zanhu::detail {

/// What a job returned or threw, for whoever waits for it on another thread.
template <class T>
class Outcome {
public:
    template <class F>
    void keep(F&& job) noexcept {
        try {
            if constexpr (std::is_void_v<T>) {
                job();
            } else {
                value_.emplace(job());
            }
        } catch (...) {
            error_ = std::current_exception();
        }
    }
    T take() {
        if (error_) std::rethrow_exception(error_);
        if constexpr (!std::is_void_v<T>) return std::move(*value_);
    }

private:
    std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> value_;
    std::exception_ptr error_;
};

/// A task that runs on a loop for somebody who waits elsewhere, and owns this.
template <class T>
class RemoteTask {
public:
    explicit RemoteTask(Task<T> task) noexcept : task_(std::move(task)) {}

    /// `over(context)` is called on that loop when the task has ended and its frame is freed; it may destroy
    /// this. Any thread.
    void start(EventLoop& loop, void (*over)(void*), void* context) {
        loop_ = &loop;
        over_ = over;
        context_ = context;
        loop.post([this] { task_.start([](void* self) { static_cast<RemoteTask*>(self)->ended(); }, this); });
    }
    /// What it returned or threw, once it is over.
    T result() { return outcome_.take(); }

private:
    // From within its last suspension the task may not be freed.
    void ended() {
        loop_->post([this] {
            outcome_.keep([this] { return task_.result(); });
            task_ = Task<T>();
            over_(context_);
        });
    }

    Task<T> task_;
    EventLoop* loop_ = nullptr;
    void (*over_)(void*) = nullptr;
    void* context_ = nullptr;
    Outcome<T> outcome_;
};

}  // namespace zanhu::detail
