// WebsocketConnection: the application's commands, and the bytes that go out.
#include <Poco/Logger.h>

#include <algorithm>
#include <utility>

#include <zanhu/limited_log.h>
#include <zanhu/user.h>

#include "core/base/metrics.h"
#include "core/connection/connection_metrics.h"
#include "core/connection/denial.h"
#include "core/connection/websocket_connection.h"
#include "core/ws/frame.h"

namespace zanhu::connection {

namespace {

Counter messages_out("websocket_messages_sent_total", "Messages to clients");
Counter waits("outbox_waits_total", "Sends that waited because their client reads too slowly");
Counter slow_closed("outbox_slow_closed_total", "Connections closed because the client read too slowly");
LimitedLog slow_log("zanhu.connection");

// From here on a payload is moved into the outbox instead of copied: two pieces cost less than the copy.
constexpr std::size_t k_moved_payload = 4096;

}  // namespace

SendAwaiter WebsocketConnection::send(Command command) {
    if (auto* message = std::get_if<Send>(&command)) return send_message(*message);
    if (auto* shared = std::get_if<SendShared>(&command)) return send_shared(shared->message);
    if (auto* accept_command = std::get_if<Accept>(&command)) return accept(*accept_command);
    if (auto* close = std::get_if<Close>(&command)) return close_by_application(*close);
    if (auto* start = std::get_if<ResponseStart>(&command)) return start_denial(*start);
    return continue_denial(std::get<ResponseBody>(command));
}

SendAwaiter WebsocketConnection::send_message(Send& command) {
    if (state_ == State::connecting)
        throw ProtocolMisuse("a message was sent before the connection was accepted");
    if (state_ != State::open) return SendAwaiter(SendResult::closed);
    messages_out.add();
    const auto opcode = command.kind == MessageKind::text ? ws::Opcode::text : ws::Opcode::binary;
    const std::string_view compressed = Compression::frame(deflate_.get(), opcode, command.data);
    if (!compressed.empty()) {
        stream_->send(compressed);
        return after_send();
    }
    char header[ws::k_max_server_header];
    const std::size_t length = ws::encode_header(header, opcode, true, false, command.data.size());
    if (command.data.size() < k_moved_payload) {
        stream_->send(std::string_view(header, length), command.data);
    } else {
        // The bounds are ones of bytes: what is to wait has no more room than it needs.
        if (stream_->backlogged()) command.data.shrink_to_fit();
        stream_->send(std::string_view(header, length));
        stream_->send(registry_.loop().returning(std::move(command.data)));
    }
    return after_send();
}

SendAwaiter WebsocketConnection::send_shared(const SharedMessage& message) {
    if (state_ == State::connecting)
        throw ProtocolMisuse("a message was sent before the connection was accepted");
    if (state_ != State::open) return SendAwaiter(SendResult::closed);
    messages_out.add();
    stream_->send(Compression::frame(deflate_.get(), message));
    return after_send();
}

SendAwaiter WebsocketConnection::after_send() {
    check_outbox();
    if (state_ != State::open) return SendAwaiter(SendResult::closed);
    if (stream_->pending() <= registry_.options().outbox_soft) return SendAwaiter(SendResult::sent);
    return SendAwaiter(SendResult::queued, *this);
}

bool WebsocketConnection::park(SendAwaiter& waiter) {
    if (state_ != State::open || stream_->pending() <= registry_.options().outbox_soft) {
        waiter.settle(state_ == State::open ? SendResult::sent : SendResult::closed);
        return false;
    }
    waits.add();
    drain_.add(waiter);
    return true;
}

DeliverResult WebsocketConnection::forward(const SharedMessage& message) {
    // Behind a handler that is running it takes its turn, as every event does.
    const bool straight = state_ == State::open && waiter_ != nullptr && queue_.empty() &&
                          stream_->pending() <= registry_.options().outbox_soft;
    if (!straight) return push(message);
    (void)send_shared(message);
    return DeliverResult::delivered;
}

void WebsocketConnection::check_outbox() {
    const Options& options = registry_.options();
    if (stream_->pending() <= options.outbox_soft) return;
    stream_->flush();
    if (stream_->pending() > options.outbox_hard) {
        slow_reader("more than [outbox] hard_limit is pending");
    } else if (stream_->pending() > options.outbox_soft && soft_since_ == Time{}) {
        soft_since_ = registry_.loop().now();
        check_open_deadlines(soft_since_);
    }
}

void WebsocketConnection::on_drained() {
    const std::size_t pending = stream_->pending();
    if (state_ == State::closing && pending == 0 && stream_->peer_finished()) {
        drop_connection(CloseCode::abnormal);
        return;
    }
    if (pending > registry_.options().outbox_soft / 2) return;
    soft_since_ = {};
    drain_.resume_all(SendResult::sent);
}

void WebsocketConnection::slow_reader(const char* why) {
    slow_closed.add();
    slow_log.warning("the client at " + scope_->client.address + " reads too slowly (" + why +
                     "): closed with 1013");
    begin_close(CloseCode::try_again_later, "reading too slowly");
    stream_->finish();
}

SendAwaiter WebsocketConnection::accept(Accept& command) {
    if (state_ == State::open) throw ProtocolMisuse("the connection was accepted a second time");
    if (state_ != State::connecting) return SendAwaiter(SendResult::closed);
    if (registry_.revoked(*scope_)) {
        deny(403, "the session has ended");
        return SendAwaiter(SendResult::closed);
    }
    if (!take_user_seat()) {
        deny(429, "too many connections of this user");
        return SendAwaiter(SendResult::closed);
    }
    follow_route(command);
    stream_->send(acceptance(command, *handshake_, scope_->subprotocols, registry_.date()));
    count_handshake(101);
    observe_accept(registry_.loop().now() - last_message_);
    state_ = State::open;
    session_hash_ = Registry::session_hash(*scope_);
    keep_credential();
    handshake_.reset();
    denial_.reset();
    if (!scope_->keep_request) scope_->release_request();
    check_open_deadlines(registry_.loop().now());
    if (held_ != nullptr) read_later();
    return SendAwaiter(SendResult::sent);
}

void WebsocketConnection::follow_route(Accept& command) {
    if (scope_->choose_subprotocol && command.subprotocol.empty() && !scope_->subprotocols.empty())
        command.subprotocol = scope_->subprotocols.front();
    if (scope_->max_message_size == 0) return;
    ws::Limits limits = registry_.options().message;
    limits.max_message_size = scope_->max_message_size;
    reader_ = ws::MessageReader(limits);  // nothing is read before the accept
}

bool WebsocketConnection::take_user_seat() {
    const User* user = scope_->find<User>("user");
    if (user == nullptr || !user->is_authenticated()) return true;
    return registry_.admission().seat_user(user->id(), user_seat_);
}

SendAwaiter WebsocketConnection::close_by_application(const Close& command) {
    if (state_ == State::connecting) {
        deny(403, {});
        return SendAwaiter(SendResult::sent);
    }
    if (state_ != State::open) return SendAwaiter(SendResult::closed);
    CloseCode code = command.code;
    if (!may_be_sent(code)) {
        Poco::Logger::get("zanhu.connection")
            .error("the application for " + scope_->path + " closed with code " +
                   std::to_string(static_cast<int>(code)) +
                   ", which may not be sent (RFC 6455 7.4); the client gets 1011. Use 1000, or 4000 to 4999");
        code = CloseCode::internal_error;
    }
    begin_close(code, command.reason);
    return SendAwaiter(SendResult::sent);
}

SendAwaiter WebsocketConnection::start_denial(ResponseStart& command) {
    if (state_ == State::open || denial_ != nullptr) {
        throw ProtocolMisuse("an HTTP response can only be started once, before the connection is accepted");
    }
    if (state_ != State::connecting) return SendAwaiter(SendResult::closed);
    denial_ = std::make_unique<Denial>(std::move(command));
    return SendAwaiter(SendResult::sent);
}

SendAwaiter WebsocketConnection::continue_denial(ResponseBody& command) {
    if (state_ == State::closing || state_ == State::closed) return SendAwaiter(SendResult::closed);
    if (denial_ == nullptr) throw ProtocolMisuse("an HTTP response's body was sent without its start");
    denial_->add(command);
    if (!command.more) answer_refusal(denial_->status(), denial_->response(registry_.date()));
    return SendAwaiter(SendResult::sent);
}

}  // namespace zanhu::connection
