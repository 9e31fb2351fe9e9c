#include "core/connection/websocket_connection.h"

#include <Poco/Logger.h>

#include <cassert>
#include <utility>

#include <zanhu/limited_log.h>
#include <zanhu/user.h>

#include "core/base/metrics.h"
#include "core/connection/connection_metrics.h"
#include "core/connection/denial.h"
#include "core/connection/for_a_while.h"
#include "core/ws/frame.h"

namespace zanhu::connection {

namespace {

Counter failed("application_errors_total", "Applications that ended with an exception");
Counter inbox_full_closed("inbox_full_closed_total", "Connections closed because their layer inbox was full");
Counter inbox_dropped("inbox_dropped_total", "Layer messages dropped, the oldest first, from a full inbox");
Counter busy("application_busy_total", "Connections refused or closed because a worker pool was full");
LimitedLog full_log("zanhu.connection");
LimitedLog busy_log("zanhu.connection");

}  // namespace

WebsocketConnection::WebsocketConnection(Registry& registry,
                                         std::unique_ptr<net::Stream> stream,
                                         Seat address,
                                         std::unique_ptr<Scope> scope,
                                         Handshake handshake,
                                         std::string early)
    : registry_(registry),
      stream_(std::move(stream)),
      scope_(std::move(scope)),
      reader_(registry.options().message),
      timer_([](void* self) { static_cast<WebsocketConnection*>(self)->on_timer(); }, this),
      handshake_(std::make_unique<Handshake>(std::move(handshake))),
      address_seat_(std::move(address)),
      last_received_(registry.loop().now()),
      last_message_(last_received_) {
    stream_->set_owner(*this);
    // Now, not with the acceptance: what was promised to this client counts for those who come meanwhile.
    if (handshake_->deflate.has_value())
        deflate_ = registry.compression().make(handshake_->deflate->parameters);
    if (!early.empty()) held_ = std::make_unique<std::string>(std::move(early));
}

WebsocketConnection::~WebsocketConnection() = default;

void WebsocketConnection::start() {
    schedule(registry_.options().handshake_timeout);
    run_application();
}

void WebsocketConnection::run_application() {
    try {
        task_ = registry_.application().run(*scope_, *this);
        task_.start([](void* self) { static_cast<WebsocketConnection*>(self)->application_ended(); }, this);
    } catch (...) {
        // An application that is no coroutine throws before there is a task.
        fail(std::current_exception());
        end_application();
    }
}

void WebsocketConnection::application_ended() {
    try {
        task_.result();
        if (state_ == State::connecting) {
            Poco::Logger::get("zanhu.connection")
                .warning("the application for " + scope_->path + " ended without an answer");
            deny(500, "the application gave no answer");
        }
        begin_close(CloseCode::normal, {});
    } catch (...) {
        fail(std::current_exception());
    }
    end_application();
}

void WebsocketConnection::fail(const std::exception_ptr& error) {
    int status = 500;
    std::string_view reason = "the application failed; its log says why";
    try {
        std::rethrow_exception(error);
    } catch (const Cancelled&) {
        if (disconnected_) return;  // the ordinary end of a wait on a connection that is gone
        failed.add();
        Poco::Logger::get("zanhu.connection")
            .error("the application for " + scope_->path + " ended with a wait that somebody else cancelled");
    } catch (const StopConsumer&) {
        deny(403, {});
        begin_close(CloseCode::normal, {});
        return;
    } catch (const NoRoute& none) {
        Poco::Logger::get("zanhu.connection").debug(none.what());
        deny(registry_.options().route_not_found, none.what());
    } catch (const PoolSaturated& saturated) {
        busy.add();
        busy_log.warning("the application for " + scope_->path + " found no worker: " + saturated.what());
        deny(503, "the server is busy; try again");
        begin_close(CloseCode::try_again_later, "the server is busy");
        return;
    } catch (const std::exception& e) {
        failed.add();
        Poco::Logger::get("zanhu.connection")
            .error("the application for " + scope_->path + " failed: " + e.what());
        if (is_for_a_while(e)) {
            status = 503;
            reason = "the site's data cannot be reached; try again";
        }
    } catch (...) {
        failed.add();
        Poco::Logger::get("zanhu.connection")
            .error("the application for " + scope_->path + " threw what is no std::exception");
    }
    deny(status, reason);
    begin_close(CloseCode::internal_error, {});
}

void WebsocketConnection::end_application() {
    application_done_ = true;
    inbox_ = nullptr;
    end_if_over();
}

void WebsocketConnection::end_if_over() {
    if (!application_done_ || state_ != State::closed || removed_) return;
    removed_ = true;
    timer_.cancel();
    registry_.remove(*this);
}

Link::Poll WebsocketConnection::poll(Event& event) {
    if (!connect_taken_) {
        connect_taken_ = true;
        event = Connect{};
        return Poll::event;
    }
    if (direct_ != nullptr) {
        event = std::move(*std::exchange(direct_, nullptr));
    } else if (!queue_.pop(event, registry_.loop().now(), registry_.options().layer_expiry)) {
        return disconnect_taken_ ? Poll::ended : Poll::nothing;
    }
    if (std::holds_alternative<Disconnect>(event)) disconnect_taken_ = true;
    if (state_ == State::open && stream_->recv_paused() && inbox_has_room() && !slowed()) read_later();
    return Poll::event;
}

void WebsocketConnection::park(ReceiveAwaiter& waiter) {
    assert(waiter_ == nullptr);
    waiter_ = &waiter;
}

DeliverResult WebsocketConnection::push(const SharedMessage& message) {
    if (disconnected_) return DeliverResult::refused;
    const Options& options = registry_.options();
    if (queue_.layer_events() >= options.layer_messages) {
        if (options.layer_full == FullInbox::close) {
            inbox_full_closed.add();
            full_log.warning("a consumer for " + scope_->path +
                             " is too slow for its layer messages: closed with 1013");
            close_from_server(CloseCode::try_again_later, "too many messages waiting");
            return DeliverResult::refused;
        }
        inbox_dropped.add();
        full_log.warning("a consumer for " + scope_->path +
                         " is too slow for its layer messages: the oldest was dropped");
        queue_.drop_oldest_layer_event();
    }
    deliver(Event(message));
    return DeliverResult::delivered;
}

void WebsocketConnection::deliver(Event event) {
    if (hand_over(event)) return;
    queue_.push(std::move(event), registry_.loop().now());
    if (waiter_ != nullptr) wake_later();
}

bool WebsocketConnection::hand_over(Event& event) {
    if (waiter_ == nullptr || !queue_.empty() || registry_.nesting() >= k_max_nesting) return false;
    direct_ = &event;
    wake();
    return true;
}

void WebsocketConnection::wake() {
    ReceiveAwaiter* waiter = std::exchange(waiter_, nullptr);
    ++registry_.nesting();
    // A filter on the way may have kept the event for itself; then the application goes on waiting.
    if (!waiter->wake()) waiter_ = waiter;
    --registry_.nesting();
}

void WebsocketConnection::wake_later() {
    if (std::exchange(wake_scheduled_, true)) return;
    registry_.loop().at_end_of_turn([this] {
        wake_scheduled_ = false;
        if (waiter_ != nullptr && !queue_.empty()) wake();
    });
}

void WebsocketConnection::disconnect(CloseCode code, std::string_view reason) {
    if (std::exchange(disconnected_, true)) return;
    deliver(Disconnect(code, std::string(reason)));
    cancel_.cancel();
    drain_.resume_all(SendResult::closed);
}

void WebsocketConnection::close_from_server(CloseCode code, std::string_view reason) {
    if (state_ == State::connecting) deny(503, "the server is closing connections; try again");
    begin_close(code, reason);
}

void WebsocketConnection::begin_close(CloseCode code, std::string_view reason) {
    if (state_ != State::open) return;
    state_ = State::closing;
    count_close(ClosedBy::server, code);
    stream_->send(ws::encode_close_frame(code, reason));
    // What was held back is read on, without its messages, until the peer's close frame comes.
    if (held_ != nullptr) {
        read_later();
    } else {
        stream_->resume_recv();
    }
    schedule(registry_.options().close_timeout);
    disconnect(code, reason);
}

void WebsocketConnection::drop_connection(CloseCode code) {
    if (state_ == State::closed) return;
    if (state_ == State::open) count_close(ClosedBy::nobody, code);
    state_ = State::closed;
    stream_->close();
    held_.reset();
    schedule(registry_.options().disconnect_timeout);
    disconnect(code, {});
    end_if_over();
}

void WebsocketConnection::deny(int status, std::string_view reason) {
    if (state_ != State::connecting) return;
    answer_refusal(status, refusal(status, reason, registry_.date()));
}

void WebsocketConnection::answer_refusal(int status, const std::string& response) {
    count_handshake(status);
    state_ = State::closing;
    handshake_.reset();
    deflate_.reset();
    denial_.reset();
    held_.reset();
    stream_->send(response);
    stream_->finish();
    schedule(registry_.options().close_timeout);
    disconnect(CloseCode::abnormal, {});
}

void WebsocketConnection::keep_credential() {
    const auto* credential = scope_->find<Credential>("credential");
    if (credential == nullptr) return;
    credential_ = KeptCredential(*credential);
    scope_->remove("credential");
}

void WebsocketConnection::report_unfinished() {
    count_unfinished(scope_->path, registry_.options().disconnect_timeout);
}

}  // namespace zanhu::connection
