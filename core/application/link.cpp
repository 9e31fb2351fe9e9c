#include <zanhu/link.h>

namespace zanhu {

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
