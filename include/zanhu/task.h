#pragma once

#include <cassert>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

namespace zanhu {

template <class T = void>
class Task;

namespace detail {

/// Coroutine frames come from a free list of the thread: nearly all live and die on one loop, and one that
/// does not (async_to_sync) only changes the list.
void* allocate_frame(std::size_t size);
void free_frame(void* frame, std::size_t size) noexcept;

class TaskPromiseBase {
public:
    static void* operator new(std::size_t size) { return allocate_frame(size); }
    static void operator delete(void* frame, std::size_t size) noexcept { free_frame(frame, size); }

    std::suspend_always initial_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { error_ = std::current_exception(); }

    struct FinalAwaiter {
        bool await_ready() noexcept { return false; }
        template <class Promise>
        void await_suspend(std::coroutine_handle<Promise> handle) noexcept {
            auto& promise = handle.promise();
            // Last: what is resumed here may destroy this frame.
            if (promise.done_ != nullptr) promise.done_(promise.context_);
        }
        void await_resume() noexcept {}
    };
    FinalAwaiter final_suspend() noexcept { return {}; }

    void when_done(void (*done)(void*), void* context) noexcept {
        done_ = done;
        context_ = context;
    }

protected:
    std::exception_ptr error_;

private:
    void (*done_)(void*) = nullptr;
    void* context_ = nullptr;
};

template <class T>
class TaskPromise : public TaskPromiseBase {
public:
    Task<T> get_return_object() noexcept;
    template <class U>
    void return_value(U&& value) {
        value_.emplace(std::forward<U>(value));
    }
    T take() {
        if (error_) std::rethrow_exception(error_);
        return std::move(*value_);
    }

private:
    std::optional<T> value_;
};

template <>
class TaskPromise<void> : public TaskPromiseBase {
public:
    Task<void> get_return_object() noexcept;
    void return_void() noexcept {}
    void take() {
        if (error_) std::rethrow_exception(error_);
    }
};

}  // namespace detail

/// A lazy coroutine: nothing runs before it is awaited, by exactly one coroutine, or started as a root.
/// Owned by whoever awaits or starts it; lives on one loop thread, so nothing in it is atomic. Exceptions
/// travel to the awaiter. A suspended task is never destroyed from outside (asserted): to end it, resume what
/// it waits for with Cancelled. It runs on the awaiter's stack until its first suspension and resumes its
/// awaiter by a call, not by a symmetric transfer, which GCC 12 turns into a growing stack
/// (docs/coroutines.md).
template <class T>
class [[nodiscard]] Task {
public:
    using promise_type = detail::TaskPromise<T>;

    Task() noexcept = default;
    explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
    Task(Task&& other) noexcept
        : handle_(std::exchange(other.handle_, nullptr)), started_(std::exchange(other.started_, false)) {}
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            destroy();
            handle_ = std::exchange(other.handle_, nullptr);
            started_ = std::exchange(other.started_, false);
        }
        return *this;
    }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    ~Task() { destroy(); }

    explicit operator bool() const noexcept { return handle_ != nullptr; }
    bool done() const noexcept { return handle_ != nullptr && handle_.done(); }

    /// Runs the task as a root until its first suspension; `when_done(context)` is called once, when it has
    /// ended, possibly before start() returns. The result is then had by result().
    void start(void (*when_done)(void*), void* context) {
        if (run_to_first_suspension()) {
            when_done(context);
        } else {
            handle_.promise().when_done(when_done, context);
        }
    }
    /// REQUIRES: done(). Rethrows what the task threw.
    T result() { return handle_.promise().take(); }

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> awaiter) {
        if (run_to_first_suspension()) return false;
        handle_.promise().when_done([](void* p) { std::coroutine_handle<>::from_address(p).resume(); },
                                    awaiter.address());
        return true;
    }
    T await_resume() { return result(); }

private:
    bool run_to_first_suspension() {
        assert(handle_ != nullptr && !started_);
        started_ = true;
        handle_.resume();
        return handle_.done();
    }
    void destroy() noexcept {
        if (handle_ == nullptr) return;
        assert(!started_ || handle_.done());
        handle_.destroy();
    }

    std::coroutine_handle<promise_type> handle_ = nullptr;
    bool started_ = false;
};

template <class T>
Task<T> detail::TaskPromise<T>::get_return_object() noexcept {
    return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
inline Task<void> detail::TaskPromise<void>::get_return_object() noexcept {
    return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

}  // namespace zanhu
