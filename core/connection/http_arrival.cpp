// HttpConnection: what comes ahead of the first request, and the end of those that wait for one.
#include "core/connection/http_connection.h"

namespace zanhu::connection {

namespace {

// For a client that was connecting, or sending, while the shutdown began.
constexpr std::chrono::milliseconds k_drain_grace{300};

}  // namespace

void HttpConnection::begin_tls(std::string_view early) {
    state_ = State::securing;
    stream_->start_tls(registry_.tls(), early);
    registry_.loop().schedule(timer_, registry_.options().tls_handshake_timeout);
}

void HttpConnection::begin_head() {
    state_ = State::head;
    registry_.loop().schedule(timer_,
                              registry_.draining() ? k_drain_grace : registry_.options().head_timeout);
}

void HttpConnection::on_secured() {
    // A connection above the limit is closing: it has its answer, and no request is read.
    if (state_ == State::securing) begin_head();
}

void HttpConnection::on_plaintext() {
    if (state_ != State::securing) return;
    refuse(400, "this port speaks TLS; use https:// or wss://");
}

void HttpConnection::drain() {
    if (state_ == State::head || state_ == State::securing) {
        // A request may be on its way: it is answered with 503 instead of silence.
        registry_.loop().schedule(timer_, k_drain_grace);
    } else if (state_ == State::writing) {
        begin_close();
    } else if (exchange_ != nullptr) {
        exchange_->forbid_keep_alive();
    }
}

}  // namespace zanhu::connection
