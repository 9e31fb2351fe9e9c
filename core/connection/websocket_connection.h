#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <zanhu/cancellation.h>
#include <zanhu/link.h>
#include <zanhu/scope.h>

#include "core/connection/denial.h"
#include "core/connection/event_queue.h"
#include "core/connection/kept_credential.h"
#include "core/connection/registry.h"
#include "core/net/stream.h"
#include "core/net/timer_wheel.h"
#include "core/ws/message_reader.h"

namespace zanhu::connection {

/// One WebSocket from its valid handshake request to its end: runs the application on it, and is its Link.
/// Owned by the registry of its loop. It ends when both the socket is closed and the application has
/// returned, in whichever order; the application always gets Connect first and Disconnect exactly once.
class WebsocketConnection final : public Link, private net::Stream::Owner {
public:
    /// `address`: the seat of the client's address. `handshake`: what its acceptance says. `early`: bytes
    /// that came behind the request's head.
    WebsocketConnection(Registry& registry,
                        std::unique_ptr<net::Stream> stream,
                        Seat address,
                        std::unique_ptr<Scope> scope,
                        Handshake handshake,
                        std::string early);
    WebsocketConnection(const WebsocketConnection&) = delete;
    WebsocketConnection& operator=(const WebsocketConnection&) = delete;
    ~WebsocketConnection() override;

    /// Begins the application; called once, after the registry has taken the connection over.
    void start();
    /// Closes from the server's side: 1001 on drain, 4401 when the user must go. Before the accept: 503.
    void close_from_server(CloseCode code, std::string_view reason);
    /// As HttpConnection has it.
    static bool upgraded() noexcept { return false; }
    bool is_ending() const noexcept { return state_ == State::closing || state_ == State::closed; }
    Scope& scope() noexcept { return *scope_; }
    /// Of the session key that it came with; 0: none.
    std::size_t session_hash() const noexcept { return session_hash_; }
    Inbox* inbox() const noexcept { return inbox_; }
    /// What let its person in; none for who is anonymous.
    const KeptCredential& credential() const noexcept { return credential_; }

    std::size_t index = 0;  ///< the registry's

    SendAwaiter send(Command command) override;
    EventLoop& loop() noexcept override { return registry_.loop(); }
    CancelToken token() noexcept override { return cancel_.token(); }
    void fail(const std::exception_ptr& error) override;
    Poll poll(Event& event) override;
    void park(ReceiveAwaiter& waiter) override;
    bool park(SendAwaiter& waiter) override;
    DeliverResult push(const SharedMessage& message) override;
    DeliverResult forward(const SharedMessage& message) override;
    void attach(Inbox* inbox) noexcept override { inbox_ = inbox; }

private:
    using Time = std::chrono::steady_clock::time_point;

    /// connecting: no answer yet. open: accepted. closing: our close frame (or refusal) is on its way.
    /// closed: the descriptor is gone.
    enum class State : std::uint8_t { connecting, open, closing, closed };

    /// What the client has sent lately, while Options::rates bounds it.
    struct Sent {
        Pace messages;
        Pace bytes;
        Time resume{};  ///< when it is read again; zero: it is read
    };

    void on_bytes(std::span<char> bytes) override;
    void on_drained() override;
    void on_end(net::Stream::End end) override;

    void read_frames(std::span<char> bytes);
    /// False when the client has sent more than it may and the connection is closed for it.
    bool charge(std::size_t bytes);
    /// Whether the client has sent more than it may and is read again later.
    bool slowed() const noexcept { return sent_ != nullptr && sent_->resume != Time{}; }
    void take_item(const ws::Item& item, ws::KeptPayload& kept);
    /// The payload is in `kept`, or only lent.
    void take_message(const ws::Item& item, ws::KeptPayload& kept);
    void peer_closed(CloseCode code, std::string_view reason);
    bool inbox_full() const noexcept;
    bool inbox_has_room() const noexcept;
    void hold_back(std::span<char> bytes);
    void read_later();

    void deliver(Event event);
    bool hand_over(Event& event);
    void wake();
    void wake_later();
    void disconnect(CloseCode code, std::string_view reason);

    SendAwaiter accept(Accept& command);
    void follow_route(Accept& command);
    SendAwaiter send_message(Send& command);
    SendAwaiter send_shared(const SharedMessage& message);
    SendAwaiter close_by_application(const Close& command);
    SendAwaiter start_denial(ResponseStart& command);
    SendAwaiter continue_denial(ResponseBody& command);
    SendAwaiter after_send();
    void check_outbox();

    void deny(int status, std::string_view reason);
    void answer_refusal(int status, const std::string& response);
    bool take_user_seat();
    void begin_close(CloseCode code, std::string_view reason);
    void slow_reader(const char* why);
    void drop_connection(CloseCode code);
    void run_application();
    void application_ended();
    void end_application();
    void end_if_over();
    void report_unfinished();

    void on_timer();
    void check_open_deadlines(Time now);
    Time check_ping(Time now);
    std::optional<Time> check_credential(Time now);
    void keep_credential();
    Time check_rates(Time now);
    void schedule(std::chrono::milliseconds delay);

    Registry& registry_;
    std::unique_ptr<net::Stream> stream_;
    std::unique_ptr<Scope> scope_;
    Task<void> task_;
    CancelSource cancel_;
    std::unique_ptr<ws::Deflate> deflate_;  // null: compression was not agreed on
    ws::MessageReader reader_;
    EventQueue queue_;
    Event* direct_ = nullptr;  // an event on its way to the waiting application, past the queue
    ReceiveAwaiter* waiter_ = nullptr;
    DrainList drain_;
    Inbox* inbox_ = nullptr;
    net::Timer timer_;
    std::unique_ptr<std::string>
        held_;  // bytes read but not parsed: before the accept, or while the inbox is full
    std::unique_ptr<Handshake> handshake_;  // until it is answered
    std::unique_ptr<Denial> denial_;
    KeptCredential credential_;
    std::unique_ptr<Sent> sent_;
    Seat address_seat_;
    Seat user_seat_;
    Time last_received_;
    Time last_message_;
    Time ping_sent_{};   // zero: no ping is under way
    Time soft_since_{};  // zero: below the soft limit
    State state_ = State::connecting;
    bool disconnected_ = false;  // Disconnect is in the queue or was taken
    bool disconnect_taken_ = false;
    bool application_done_ = false;
    bool connect_taken_ = false;
    std::size_t session_hash_ = 0;  // 0: no session
    bool wake_scheduled_ = false;
    bool read_scheduled_ = false;
    bool removed_ = false;
};

}  // namespace zanhu::connection
