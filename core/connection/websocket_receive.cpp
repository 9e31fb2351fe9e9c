// WebsocketConnection: the bytes that come in.
#include <utility>

#include "core/base/metrics.h"
#include "core/connection/websocket_connection.h"
#include "core/ws/frame.h"

namespace zanhu::connection {

namespace {

Counter messages_in("websocket_messages_received_total", "Messages from clients");
Counter violations("websocket_violations_total",
                   "Connections closed because the client broke the protocol or a limit");

// A client may send before it has our 101; more than this waits in the kernel.
constexpr std::size_t k_held_before_accept = 64 << 10;

}  // namespace

void WebsocketConnection::on_bytes(std::span<char> bytes) {
    last_received_ = registry_.loop().now();
    ping_sent_ = {};
    if (state_ == State::connecting || held_ != nullptr) {
        hold_back(bytes);
        if (held_->size() > k_held_before_accept) stream_->pause_recv();
    } else {
        read_frames(bytes);
    }
}

void WebsocketConnection::read_frames(std::span<char> bytes) {
    while (state_ == State::open || state_ == State::closing) {
        if (state_ == State::open && inbox_full()) {
            stream_->pause_recv();
            if (!bytes.empty()) hold_back(bytes);
            return;
        }
        const ws::Item item = reader_.next(bytes, deflate_.get());
        if (item.kind == ws::Item::need_more) return;
        take_item(item);
    }
}

void WebsocketConnection::take_item(const ws::Item& item) {
    switch (item.kind) {
        case ws::Item::text:
        case ws::Item::binary:
            take_message(item);
            return;
        case ws::Item::ping:
            if (state_ == State::open) {
                stream_->send(ws::encode_frame(ws::Opcode::pong, item.payload));
                check_outbox();
            }
            return;
        case ws::Item::close:
            peer_closed(item.code, item.reason);
            return;
        case ws::Item::error:
            violations.add();
            begin_close(item.code, item.reason);
            stream_->finish();
            return;
        case ws::Item::pong:  // any byte from the peer has already answered the ping
        case ws::Item::need_more:
            return;
    }
}

void WebsocketConnection::take_message(const ws::Item& item) {
    if (state_ != State::open)
        return;  // the close frame is sent: what the peer said before it saw that is not wanted
    messages_in.add();
    last_message_ = last_received_;
    const MessageKind kind = item.kind == ws::Item::text ? MessageKind::text : MessageKind::binary;
    deliver(Receive(kind, std::string(item.payload)));
}

void WebsocketConnection::peer_closed(CloseCode code, std::string_view reason) {
    if (state_ == State::open) {
        state_ = State::closing;
        // RFC 6455 5.5.1: the code comes back; a close frame without one is answered by one without.
        stream_->send(ws::encode_close_frame(code));
        disconnect(code, reason);
    }
    stream_->finish();
    schedule(registry_.options().close_timeout);
}

bool WebsocketConnection::inbox_full() const noexcept {
    const Options& options = registry_.options();
    return queue_.socket_events() >= options.inbox_messages || queue_.socket_bytes() >= options.inbox_bytes;
}

// Reading begins again at half, so that it is not switched on and off for every message.
bool WebsocketConnection::inbox_has_room() const noexcept {
    const Options& options = registry_.options();
    return queue_.socket_events() <= options.inbox_messages / 2 &&
           queue_.socket_bytes() <= options.inbox_bytes / 2;
}

void WebsocketConnection::hold_back(std::span<char> bytes) {
    if (held_ == nullptr) held_ = std::make_unique<std::string>();
    held_->append(bytes.data(), bytes.size());
}

void WebsocketConnection::read_later() {
    if (std::exchange(read_scheduled_, true)) return;
    registry_.loop().at_end_of_turn([this] {
        read_scheduled_ = false;
        if (state_ == State::closed) return;
        if (const auto held = std::move(held_)) read_frames(std::span<char>(*held));
        if (held_ == nullptr && (state_ != State::open || !inbox_full())) stream_->resume_recv();
    });
}

void WebsocketConnection::on_end(net::Stream::End end) {
    const bool answered = state_ == State::closing && end == net::Stream::End::finished;
    // What is still pending, a refusal or a close frame, is written first; on_drained or the deadline ends
    // it.
    if (answered && stream_->pending() > 0) return;
    drop_connection(CloseCode::abnormal);
}

}  // namespace zanhu::connection
