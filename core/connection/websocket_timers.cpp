// WebsocketConnection: its deadlines. One timer, set to whatever comes next; what happens meanwhile only
// notes the time.
#include <algorithm>

#include "core/base/metrics.h"
#include "core/connection/websocket_connection.h"
#include "core/ws/frame.h"

namespace zanhu::connection {

namespace {

Counter ping_timeouts("websocket_ping_timeouts_total", "Connections dropped because a ping was not answered");
Counter idle_closed("websocket_idle_closed_total",
                    "Connections closed because the client sent no message for too long");
Counter handshake_timeouts("websocket_handshake_timeouts_total",
                           "Handshakes that the application did not answer in time");

Counter expired("websocket_expired_total", "Connections closed with 4401 because their token had expired");

// The wall clock may be set meanwhile, so a far expiry is looked at now and then.
constexpr std::chrono::hours k_longest_wait{1};

std::chrono::milliseconds in_milliseconds(std::chrono::steady_clock::duration duration) {
    return std::chrono::ceil<std::chrono::milliseconds>(duration);
}

}  // namespace

void WebsocketConnection::schedule(std::chrono::milliseconds delay) {
    registry_.loop().schedule(timer_, delay);
}

void WebsocketConnection::on_timer() {
    switch (state_) {
        case State::connecting:
            handshake_timeouts.add();
            deny(504, "the application did not answer in time");
            return;
        case State::open:
            check_open_deadlines(registry_.loop().now());
            return;
        case State::closing:
            drop_connection(CloseCode::abnormal);
            return;
        case State::closed:
            report_unfinished();
            return;
    }
}

void WebsocketConnection::check_open_deadlines(Time now) {
    const Options& options = registry_.options();
    Time next = Time::max();
    if (soft_since_ != Time{}) {
        next = soft_since_ + options.outbox_soft_timeout;
        if (now >= next) {
            slow_reader("above [outbox] soft_limit for longer than soft_timeout");
            return;
        }
    }
    // While we do not read, the peer's messages cannot come.
    if (stream_->recv_paused()) last_message_ = now;
    if (options.idle_timeout.count() > 0) {
        const Time idle = last_message_ + options.idle_timeout;
        if (now >= idle) {
            idle_closed.add();
            begin_close(CloseCode::going_away, "no message for too long");
            return;
        }
        next = std::min(next, idle);
    }
    if (const auto expiry = check_credential(now)) next = std::min(next, *expiry);
    if (state_ != State::open) return;
    if (options.ping_interval.count() > 0) {
        const Time ping = check_ping(now);
        if (state_ != State::open) return;
        next = std::min(next, ping);
    }
    next = std::min(next, check_rates(now));
    if (next != Time::max()) schedule(in_milliseconds(next - now));
}

std::optional<WebsocketConnection::Time> WebsocketConnection::check_credential(Time now) {
    if (!credential_) return std::nullopt;
    const auto expires = credential_.expires();
    if (!expires) return std::nullopt;
    const auto left = *expires - std::chrono::system_clock::now();
    if (left.count() > 0) return now + std::min<std::chrono::steady_clock::duration>(left, k_longest_wait);
    expired.add();
    begin_close(CloseCode::session_ended, "the token has expired; get another one");
    return std::nullopt;
}

std::chrono::steady_clock::time_point WebsocketConnection::check_rates(Time now) {
    if (!slowed()) return Time::max();
    if (now < sent_->resume) return sent_->resume;
    sent_->resume = {};
    if (inbox_has_room()) read_later();
    return Time::max();
}

std::chrono::steady_clock::time_point WebsocketConnection::check_ping(Time now) {
    const Options& options = registry_.options();
    // While we do not read, the peer cannot answer: its deadline stands still.
    if (ping_sent_ != Time{} && stream_->recv_paused()) ping_sent_ = now;
    const bool patient = options.ping_timeout.count() == 0;
    const Time due = (ping_sent_ != Time{} && patient ? ping_sent_ : last_received_) + options.ping_interval;
    if ((ping_sent_ == Time{} || patient) && now >= due) {
        stream_->send(ws::encode_frame(ws::Opcode::ping, {}));
        ping_sent_ = now;
        if (patient) return now + options.ping_interval;
    }
    if (ping_sent_ == Time{} || patient) return due;
    if (now >= ping_sent_ + options.ping_timeout) {
        ping_timeouts.add();
        drop_connection(CloseCode::abnormal);
    }
    return std::min(ping_sent_ + options.ping_timeout, now + options.ping_interval);
}

}  // namespace zanhu::connection
