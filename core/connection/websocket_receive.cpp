// WebsocketConnection: the bytes that come in.
#include <algorithm>
#include <utility>

#include <zanhu/limited_log.h>

#include "core/base/metrics.h"
#include "core/connection/connection_metrics.h"
#include "core/connection/websocket_connection.h"
#include "core/ws/frame.h"
#include "core/ws/kept_payload.h"

namespace zanhu::connection {

namespace {

Counter messages_in("websocket_messages_received_total", "Messages from clients");
Counter paused("inbox_full_paused_total", "Times that a client was not read because its inbox was full");
Counter delayed("rate_delayed_total",
                "Times that a client was not read because it sent more than [limits] allows");
Counter rate_closed("rate_closed_total",
                    "Connections closed with 1008 because the client sent more than [limits] allows");
LimitedLog rate_log("zanhu.connection");
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
    ws::KeptPayload kept(&registry_.loop().received());
    while (state_ == State::open || state_ == State::closing) {
        if (state_ == State::open && (inbox_full() || slowed())) {
            if (!slowed() && !stream_->recv_paused()) paused.add();
            stream_->pause_recv();
            if (!bytes.empty()) hold_back(bytes);
            return;
        }
        const ws::Item item = reader_.next(bytes, deflate_.get(), &kept);
        if (item.kind == ws::Item::need_more) return;
        take_item(item, kept);
    }
}

void WebsocketConnection::take_item(const ws::Item& item, ws::KeptPayload& kept) {
    switch (item.kind) {
        case ws::Item::text:
        case ws::Item::binary:
            take_message(item, kept);
            return;
        case ws::Item::ping:
            if (state_ == State::open && charge(item.payload.size())) {
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
            if (state_ == State::open) (void)charge(item.payload.size());
            return;
        case ws::Item::need_more:
            return;
    }
}

void WebsocketConnection::take_message(const ws::Item& item, ws::KeptPayload& kept) {
    if (state_ != State::open)
        return;  // the close frame is sent: what the peer said before it saw that is not wanted
    if (!charge(item.payload.size())) return;
    messages_in.add();
    last_message_ = last_received_;
    const MessageKind kind = item.kind == ws::Item::text ? MessageKind::text : MessageKind::binary;
    deliver(Receive(kind, kept.holds(item.payload) ? kept.take(item.payload) : std::string(item.payload)));
}

void WebsocketConnection::peer_closed(CloseCode code, std::string_view reason) {
    if (state_ == State::open) {
        state_ = State::closing;
        count_close(ClosedBy::client, code);
        // RFC 6455 5.5.1: the code comes back; a close frame without one is answered by one without.
        stream_->send(ws::encode_close_frame(code));
        disconnect(code, reason);
    }
    stream_->finish();
    schedule(registry_.options().close_timeout);
}

bool WebsocketConnection::charge(std::size_t bytes) {
    const Rates& rates = registry_.options().rates;
    if (!rates.any()) return true;
    if (sent_ == nullptr) sent_ = std::make_unique<Sent>();
    const Time now = registry_.loop().now();
    Pace::Duration debt{0};
    if (rates.messages > 0) debt = sent_->messages.charge(now, 1, rates.messages);
    if (rates.bytes > 0) debt = std::max(debt, sent_->bytes.charge(now, bytes, rates.bytes));
    if (debt.count() == 0) return true;
    if (rates.excess == Rates::Excess::close) {
        rate_closed.add();
        rate_log.warning(
            "the client at " + scope_->client.address +
            " sends more than [limits] messages_per_second or bytes_per_second: closed with 1008");
        begin_close(CloseCode::policy_violation, "too many messages");
        stream_->finish();
        return false;
    }
    delayed.add();
    sent_->resume = now + debt;
    check_open_deadlines(now);
    return state_ == State::open;
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
        if (held_ == nullptr && (state_ != State::open || (!inbox_full() && !slowed())))
            stream_->resume_recv();
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
