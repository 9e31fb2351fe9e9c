#pragma once

#include <coroutine>
#include <utility>

#include <zanhu/event_loop.h>

namespace zanhu {

/// Wakes the one coroutine that waits for something to do; a notice that comes while it is busy is kept. That
/// loop's thread only.
class Signal {
public:
    explicit Signal(EventLoop& loop) noexcept : loop_(loop) {}
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    /// Resumes the waiter in a job of its own, so that whoever notifies is not disturbed.
    void notify() {
        notified_ = true;
        if (!awaiter_) return;
        loop_.post([this, awaiter = std::exchange(awaiter_, nullptr)] {
            notified_ = false;
            awaiter.resume();
        });
    }

    /// `co_await signal.wait()`.
    auto wait() noexcept { return Wait(*this); }

private:
    class Wait {
    public:
        explicit Wait(Signal& signal) noexcept : signal_(signal) {}
        bool await_ready() noexcept { return std::exchange(signal_.notified_, false); }
        void await_suspend(std::coroutine_handle<> awaiter) noexcept { signal_.awaiter_ = awaiter; }
        void await_resume() const noexcept {}

    private:
        Signal& signal_;
    };

    EventLoop& loop_;
    bool notified_ = false;
    std::coroutine_handle<> awaiter_;
};

}  // namespace zanhu
