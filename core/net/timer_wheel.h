#pragma once

#include <cstdint>
#include <limits>

namespace zanhu::net {

/// A moment at which a function is called: a node of the wheel, owned by whoever waits, who may destroy it at
/// any time. Loop thread only.
class Timer {
public:
    using Function = void (*)(void* context);
    Timer(Function function, void* context) noexcept : function_(function), context_(context) {}
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { cancel(); }
    void cancel() noexcept;
    bool scheduled() const noexcept { return previous_ != nullptr; }

private:
    friend class TimerWheel;
    Function function_;
    void* context_;
    std::uint64_t deadline_ = 0;  // in ticks
    Timer** previous_ = nullptr;
    Timer* next_ = nullptr;
};

/// A hierarchical timer wheel: O(1) to schedule and cancel, whatever the number of timers. Three levels of
/// slots, 8 ms, 2 s and 131 s wide; a timer moves inwards as its time comes near. It knows no clock: the loop
/// tells it the time in milliseconds. Loop thread only.
class TimerWheel {
public:
    static constexpr std::uint64_t k_tick_ms =
        8;  // finer than any deadline of a connection, coarse enough to fire in batches
    static constexpr std::uint64_t k_never = std::numeric_limits<std::uint64_t>::max();

    explicit TimerWheel(std::uint64_t now_ms) noexcept : current_(now_ms / k_tick_ms) {}
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;

    /// Calls the timer's function at the first advance() at or after `deadline_ms`; replaces an earlier
    /// schedule of the same timer.
    void schedule(Timer& timer, std::uint64_t deadline_ms) noexcept;
    /// Fires what is due. A function may schedule and cancel any timer, its own too.
    void advance(std::uint64_t now_ms);
    /// No later than the next firing, in milliseconds; k_never when nothing is scheduled.
    std::uint64_t next_wake_ms() const noexcept;

private:
    static constexpr unsigned k_shift[3] = {0, 8, 14};

    void place(Timer& timer) noexcept;
    void cascade(unsigned level) noexcept;
    void fire(Timer*& slot);
    std::uint64_t find_next() const noexcept;

    std::uint64_t current_;
    std::uint64_t next_wake_ = k_never;  // in ticks; never later than the true one
    Timer* near_[256] = {};
    Timer* far_[2][64] = {};
};

}  // namespace zanhu::net
