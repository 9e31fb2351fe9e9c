#pragma once

#include <coroutine>

#include <zanhu/event_loop.h>

namespace zanhu {

/// `NextTurn next_turn(loop); co_await next_turn;` leaves the stack of whatever resumed this coroutine, and
/// lets the loop do what else is due. That loop's thread only.
class NextTurn {
public:
    explicit NextTurn(EventLoop& loop) noexcept : loop_(loop) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiter) {
        loop_.post([awaiter] { awaiter.resume(); });
    }
    void await_resume() const noexcept {}

private:
    EventLoop& loop_;
};

}  // namespace zanhu
