#pragma once

#include <deque>
#include <exception>
#include <utility>

#include <zanhu/link.h>
#include <zanhu/testing/test_loop.h>

namespace zanhu::testing {

/// What the links of the communicators have in common: a queue of events, a client that may stop reading, and
/// an end. Owned by the communicator; the test's thread only.
class CommunicatorLink : public Link {
public:
    explicit CommunicatorLink(TestLoop& loop) noexcept : loop_(loop) {}

    EventLoop& loop() noexcept override { return loop_; }
    CancelToken token() noexcept override { return cancel_.token(); }
    Poll poll(Event& event) override;
    void park(ReceiveAwaiter& waiter) override { waiter_ = &waiter; }
    bool park(SendAwaiter& waiter) override;
    DeliverResult push(const SharedMessage& message) override;
    void attach(Inbox*) noexcept override {}

    /// An event for the application. A Disconnect ends the connection at once, and no event comes behind it.
    void deliver(Event event);
    /// The client stops reading: sends are queued and their senders wait. False lets them go on.
    void stall(bool stalled);

    std::exception_ptr failure;  ///< what the application gave to fail()

protected:
    /// An event that ends nothing before the application takes it.
    void enqueue(Event event);
    /// Lets the application look for an event, in a later turn.
    void wake();
    virtual void begin_turn() {}
    void leave();
    /// Keeps what is a failure.
    void keep(const std::exception_ptr& error);
    SendAwaiter sent();

    bool has_queued() const noexcept { return !events_.empty(); }
    bool is_gone() const noexcept { return gone_; }
    bool has_ended() const noexcept { return disconnect_taken_; }
    bool is_stalled() const noexcept { return stalled_; }
    bool is_waited_for() const noexcept { return waiter_ != nullptr; }

private:
    TestLoop& loop_;
    std::deque<Event> events_;
    ReceiveAwaiter* waiter_ = nullptr;
    DrainList drain_;
    CancelSource cancel_;
    bool gone_ = false;
    bool disconnect_taken_ = false;
    bool stalled_ = false;
};

}  // namespace zanhu::testing
