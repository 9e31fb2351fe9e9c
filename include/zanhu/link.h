#pragma once

#include <coroutine>
#include <exception>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/event_loop.h>
#include <zanhu/events.h>
#include <zanhu/inbox.h>

namespace zanhu {

class Link;

/// A coroutine that waits for the next event; a node in the awaiting frame. The connection calls wake() when
/// there may be one.
class ReceiveAwaiter {
public:
    explicit ReceiveAwaiter(Link& link) noexcept : link_(link) {}
    bool await_ready();
    void await_suspend(std::coroutine_handle<> awaiter);
    Event await_resume();
    /// Resumes the coroutine if an event passes the filters on the way, or if the link has ended. True when
    /// it was resumed. What a filter throws here fails the link.
    bool wake();

private:
    bool ready_or_failed();

    Link& link_;
    Event event_;
    bool ended_ = false;
    std::coroutine_handle<> awaiter_;
};

/// A coroutine that waits until the peer has read enough, or until a filter's own work is done. Ready at once
/// in the common case.
class [[nodiscard]] SendAwaiter {
public:
    /// A result that is already known.
    explicit SendAwaiter(SendResult result) noexcept : result_(result) {}
    /// Waits until `link` has drained below its soft limit.
    SendAwaiter(SendResult result, Link& link) noexcept : result_(result), link_(&link) {}
    /// A filter's own work, which sends the command in the end.
    explicit SendAwaiter(Task<SendResult> work) noexcept
        : result_(SendResult::sent), work_(std::move(work)) {}

    bool await_ready() const noexcept { return link_ == nullptr && !work_; }
    bool await_suspend(std::coroutine_handle<> awaiter);
    SendResult await_resume() { return work_ ? work_.await_resume() : result_; }
    /// Says, for the link that it waited for, how it ended.
    void settle(SendResult result) noexcept { result_ = result; }

private:
    friend class DrainList;
    SendResult result_;
    Link* link_ = nullptr;
    Task<SendResult> work_;
    std::coroutine_handle<> awaiter_;
    SendAwaiter* next_ = nullptr;
};

/// An application's way to its peer: ASGI's receive and send in one. Owned by the connection (or by the
/// middleware that filters it) and alive until Application::run has returned. Home loop only.
class Link {
public:
    Link() = default;
    Link(const Link&) = delete;  // or a filter around a filter of its own class would be a copy of it
    Link& operator=(const Link&) = delete;
    virtual ~Link() = default;

    /// `co_await link.receive()`: the next event, in order of arrival. Throws Cancelled after Disconnect was
    /// delivered.
    ReceiveAwaiter receive() noexcept { return ReceiveAwaiter(*this); }
    /// `co_await link.send(...)`: done at once unless the peer reads too slowly. Throws ProtocolMisuse for a
    /// command out of order.
    virtual SendAwaiter send(Command command) = 0;

    virtual EventLoop& loop() noexcept = 0;
    /// Ends the connection as an exception from Application::run does (500 before the accept, 1011 after it),
    /// logs it, and lets the application go on to its Disconnect.
    virtual void fail(const std::exception_ptr& error) = 0;
    /// Cancelled as soon as the connection is gone.
    virtual CancelToken token() noexcept = 0;

    // What receive() and send() are made of; for connections and filters.
    enum class Poll : std::uint8_t { event, nothing, ended };
    virtual Poll poll(Event& event) = 0;
    virtual void park(ReceiveAwaiter& waiter) = 0;
    /// False, and the waiter settled, when there is nothing to wait for any more.
    virtual bool park(SendAwaiter& waiter) = 0;

    /// Puts a layer message among the events, within the bounds of the connection's layer inbox and by its
    /// policy.
    virtual DeliverResult push(const SharedMessage& message) = 0;
    /// The same for an event that the application only sends on: where nothing is ahead of it, and no filter
    /// on the way, it goes straight to the peer.
    virtual DeliverResult forward(const SharedMessage& message) { return push(message); }
    /// Who takes messages for this connection that come from no group: the operator's broadcast. Null =
    /// nobody.
    virtual void attach(Inbox* inbox) noexcept = 0;
};

/// A Link around another: a middleware's way to see or change what passes. Override on_event for the way in
/// (false = the event goes no further), and send for the way out. Owned by the middleware's run(), so it
/// lives as long as the application inside. Home loop only.
class LinkFilter : public Link {
public:
    explicit LinkFilter(Link& inner) noexcept : inner_(inner) {}

    SendAwaiter send(Command command) override { return inner_.send(std::move(command)); }
    EventLoop& loop() noexcept override { return inner_.loop(); }
    CancelToken token() noexcept override { return inner_.token(); }
    void fail(const std::exception_ptr& error) override { inner_.fail(error); }
    Poll poll(Event& event) override;
    void park(ReceiveAwaiter& waiter) override { inner_.park(waiter); }
    bool park(SendAwaiter& waiter) override { return inner_.park(waiter); }
    DeliverResult push(const SharedMessage& message) override { return inner_.push(message); }
    void attach(Inbox* inbox) noexcept override { inner_.attach(inbox); }

protected:
    virtual bool on_event(Event&) { return true; }
    Link& inner() noexcept { return inner_; }

private:
    Link& inner_;
};

/// The coroutines that wait for one connection to drain, in order. Owned by the connection.
class DrainList {
public:
    bool empty() const noexcept { return first_ == nullptr; }
    void add(SendAwaiter& waiter) noexcept;
    /// Resumes all that wait now. Last: what is resumed may do anything.
    void resume_all(SendResult result);

private:
    SendAwaiter* first_ = nullptr;
    SendAwaiter* last_ = nullptr;
};

inline bool ReceiveAwaiter::await_ready() {
    const Link::Poll polled = link_.poll(event_);
    ended_ = polled == Link::Poll::ended;
    return polled != Link::Poll::nothing;
}

inline void ReceiveAwaiter::await_suspend(std::coroutine_handle<> awaiter) {
    awaiter_ = awaiter;
    link_.park(*this);
}

inline Event ReceiveAwaiter::await_resume() {
    if (ended_) throw Cancelled();
    return std::move(event_);
}

inline bool ReceiveAwaiter::wake() {
    if (!ready_or_failed()) return false;
    awaiter_.resume();
    return true;
}

}  // namespace zanhu
