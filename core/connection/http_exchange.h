#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>

#include <zanhu/application.h>
#include <zanhu/cancellation.h>
#include <zanhu/close_code.h>

#include "core/connection/event_queue.h"
#include "core/connection/options.h"
#include "core/http/response.h"

namespace zanhu::connection {

/// One HTTP request and its response: runs the application on it, and is its Link. Owned by its
/// HttpConnection. Loop thread only.
class HttpExchange final : public Link {
public:
    /// What the exchange needs of the connection around it.
    class Transport {
    public:
        virtual void write(std::string_view bytes) = 0;
        /// Bytes that the client has not read yet are above the soft limit.
        virtual bool congested() = 0;
        virtual std::string_view date() = 0;
        virtual EventLoop& loop() = 0;
        virtual const Options& options() = 0;
        /// The application may go on, but the client waits no longer: a response that has begun is cut off,
        /// and without one there is 503.
        virtual void give_up() = 0;
        /// The response is complete, or cannot be completed (`broken`), and the application has ended.
        virtual void exchange_ended(bool broken) = 0;
        /// As Registry::nesting() and EpollLoop::at_end_of_turn() have it.
        virtual unsigned& nesting() = 0;
        virtual void at_end_of_turn(UniqueFunction job) = 0;

    protected:
        ~Transport() = default;
    };

    HttpExchange(Transport& transport, std::unique_ptr<Scope> scope, http::ConnectionOptions framing);
    HttpExchange(const HttpExchange&) = delete;
    HttpExchange& operator=(const HttpExchange&) = delete;

    void run(Application& application);
    void body(std::string bytes, bool more);
    /// The request is over for the client: the application gets Disconnect.
    void abandon(CloseCode code = CloseCode::abnormal);
    /// The application has not ended Options::disconnect_timeout after its Disconnect.
    void report_unfinished();
    void drained() { drain_.resume_all(SendResult::sent); }
    /// The connection will be closed behind the response, whatever was announced so far.
    void forbid_keep_alive() noexcept { framing_.keep_alive = false; }
    /// Whether the connection may carry another request; known once the response has begun.
    bool keeps_alive() const noexcept { return keeps_alive_; }
    bool response_started() const noexcept { return head_sent_; }
    bool ended() const noexcept { return application_done_; }
    /// The response has begun and is not whole.
    bool streams() const noexcept { return head_sent_ && !complete_; }
    /// Nothing was answered, and the application waits for somebody else.
    bool waits_for_event() const noexcept { return waiter_ != nullptr && start_ == nullptr && !head_sent_; }

    SendAwaiter send(Command command) override;
    EventLoop& loop() noexcept override { return transport_.loop(); }
    CancelToken token() noexcept override { return cancel_.token(); }
    void fail(const std::exception_ptr& error) override;
    Poll poll(Event& event) override;
    void park(ReceiveAwaiter& waiter) override { waiter_ = &waiter; }
    bool park(SendAwaiter& waiter) override;
    DeliverResult push(const SharedMessage& message) override;
    void attach(Inbox*) noexcept override {}

private:
    void deliver(Event event);
    void wake();
    void wake_later();
    void send_body(const ResponseBody& body);
    void send_head(const ResponseBody& first);
    void application_ended();
    void end_application();
    void answer(int status, std::string_view text);

    Transport& transport_;
    std::unique_ptr<Scope> scope_;
    http::ConnectionOptions framing_;
    Task<void> task_;
    CancelSource cancel_;
    EventQueue queue_;
    ReceiveAwaiter* waiter_ = nullptr;
    DrainList drain_;
    std::unique_ptr<ResponseStart>
        start_;  // held back until the first piece of the body says how it is framed
    bool head_sent_ = false;
    bool complete_ = false;
    bool chunked_ = false;
    bool keeps_alive_ = false;
    bool gone_ = false;
    bool disconnect_taken_ = false;
    bool application_done_ = false;
    bool wake_scheduled_ = false;
};

}  // namespace zanhu::connection
