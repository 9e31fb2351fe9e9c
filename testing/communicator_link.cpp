#include "testing/communicator_link.h"

#include <zanhu/errors.h>

namespace zanhu::testing {

Link::Poll CommunicatorLink::poll(Event& event) {
    if (events_.empty()) return disconnect_taken_ ? Poll::ended : Poll::nothing;
    event = std::move(events_.front());
    events_.pop_front();
    if (std::holds_alternative<Disconnect>(event)) {
        disconnect_taken_ = true;
        leave();
    }
    return Poll::event;
}

bool CommunicatorLink::park(SendAwaiter& waiter) {
    if (stalled_ && !gone_) {
        drain_.add(waiter);
        return true;
    }
    waiter.settle(gone_ ? SendResult::closed : SendResult::sent);
    return false;
}

DeliverResult CommunicatorLink::push(const SharedMessage& message) {
    if (gone_) return DeliverResult::refused;
    enqueue(Event(message));
    return DeliverResult::delivered;
}

void CommunicatorLink::deliver(Event event) {
    if (gone_) return;
    const bool last = std::holds_alternative<Disconnect>(event);
    enqueue(std::move(event));
    if (last) leave();
}

void CommunicatorLink::stall(bool stalled) {
    stalled_ = stalled;
    if (!stalled) drain_.resume_all(SendResult::sent);
}

void CommunicatorLink::enqueue(Event event) {
    events_.push_back(std::move(event));
    wake();
}

void CommunicatorLink::wake() {
    loop_.post([this] {
        begin_turn();
        ReceiveAwaiter* waiter = std::exchange(waiter_, nullptr);
        if (waiter != nullptr && !waiter->wake()) waiter_ = waiter;
    });
}

void CommunicatorLink::leave() {
    if (std::exchange(gone_, true)) return;
    cancel_.cancel();
    drain_.resume_all(SendResult::closed);
}

void CommunicatorLink::keep(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const StopConsumer&) {
        // no failure
    } catch (...) {
        failure = error;
    }
}

SendAwaiter CommunicatorLink::sent() {
    return stalled_ ? SendAwaiter(SendResult::queued, *this) : SendAwaiter(SendResult::sent);
}

}  // namespace zanhu::testing
