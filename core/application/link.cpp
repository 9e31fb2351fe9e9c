#include <zanhu/link.h>

namespace zanhu {

// The coroutine is suspended, so an exception has no way to it: the connection ends, and the coroutine goes
// on with the Disconnect that follows, or with Cancelled when the filter does not let that pass either.
bool ReceiveAwaiter::ready_or_failed() {
    for (const bool again : {true, false}) {
        try {
            return await_ready();
        } catch (...) {
            link_.fail(std::current_exception());
            ended_ = !again;
        }
    }
    return true;
}

bool SendAwaiter::await_suspend(std::coroutine_handle<> awaiter) {
    if (work_) return work_.await_suspend(awaiter);
    awaiter_ = awaiter;
    return link_->park(*this);
}

Link::Poll LinkFilter::poll(Event& event) {
    for (;;) {
        const Poll polled = inner_.poll(event);
        if (polled != Poll::event || on_event(event)) return polled;
    }
}

void DrainList::add(SendAwaiter& waiter) noexcept {
    (last_ == nullptr ? first_ : last_->next_) = &waiter;
    last_ = &waiter;
}

void DrainList::resume_all(SendResult result) {
    SendAwaiter* waiter = first_;
    first_ = last_ = nullptr;
    while (waiter != nullptr) {
        SendAwaiter* next = waiter->next_;  // the waiter's frame may be gone after the resumption
        waiter->settle(result);
        waiter->awaiter_.resume();
        waiter = next;
    }
}

}  // namespace zanhu
