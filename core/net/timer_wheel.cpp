#include "core/net/timer_wheel.h"

#include <algorithm>

namespace zanhu::net {

void Timer::cancel() noexcept {
    if (previous_ == nullptr) return;
    *previous_ = next_;
    if (next_ != nullptr) next_->previous_ = previous_;
    previous_ = nullptr;
    next_ = nullptr;
}

void TimerWheel::schedule(Timer& timer, std::uint64_t deadline_ms) noexcept {
    timer.cancel();
    timer.deadline_ = std::max(current_ + 1, (deadline_ms + k_tick_ms - 1) / k_tick_ms);
    place(timer);
    next_wake_ = std::min(next_wake_, timer.deadline_);
}

void TimerWheel::place(Timer& timer) noexcept {
    const std::uint64_t distance = timer.deadline_ - current_;
    Timer** slot = nullptr;
    if (distance < 256) {
        slot = &near_[timer.deadline_ & 255];
    } else if (distance < (std::uint64_t{1} << 14)) {
        slot = &far_[0][(timer.deadline_ >> 8) & 63];
    } else {
        // Beyond the wheel's 2.3 hours a timer goes once more around.
        const std::uint64_t reach = std::min(distance, (std::uint64_t{1} << 20) - 1);
        slot = &far_[1][((current_ + reach) >> 14) & 63];
    }
    timer.next_ = *slot;
    timer.previous_ = slot;
    if (timer.next_ != nullptr) timer.next_->previous_ = &timer.next_;
    *slot = &timer;
}

void TimerWheel::cascade(unsigned level) noexcept {
    Timer*& slot = far_[level - 1][(current_ >> k_shift[level]) & 63];
    Timer* timer = slot;
    slot = nullptr;
    while (timer != nullptr) {
        Timer* next = timer->next_;
        place(*timer);
        timer = next;
    }
}

void TimerWheel::fire(Timer*& slot) {
    // A fired function may cancel the next of the list, so the list is read anew after each.
    while (Timer* timer = slot) {
        timer->cancel();
        timer->function_(timer->context_);
    }
}

void TimerWheel::advance(std::uint64_t now_ms) {
    const std::uint64_t now = now_ms / k_tick_ms;
    if (next_wake_ == k_never)
        current_ = now;  // nothing is scheduled: the time that passed is not walked through
    if (now < next_wake_) return;
    while (current_ < now) {
        ++current_;
        if ((current_ & 255) == 0) {
            if (((current_ >> 8) & 63) == 0) cascade(2);
            cascade(1);
        }
        fire(near_[current_ & 255]);
    }
    next_wake_ = find_next();
}

std::uint64_t TimerWheel::find_next() const noexcept {
    std::uint64_t found = k_never;
    for (std::uint64_t i = 1; i <= 256 && found == k_never; ++i) {
        if (near_[(current_ + i) & 255] != nullptr) found = current_ + i;
    }
    for (unsigned level = 1; level <= 2; ++level) {
        const std::uint64_t here = current_ >> k_shift[level];
        for (std::uint64_t i = 1; i <= 64; ++i) {
            if (far_[level - 1][(here + i) & 63] == nullptr) continue;
            found = std::min(found, (here + i) << k_shift[level]);
            break;
        }
    }
    return found;
}

std::uint64_t TimerWheel::next_wake_ms() const noexcept {
    return next_wake_ == k_never ? k_never : next_wake_ * k_tick_ms;
}

}  // namespace zanhu::net
