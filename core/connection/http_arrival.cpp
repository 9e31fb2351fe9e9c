// HttpConnection: what comes ahead of the first request, and the end of those that wait for one.
#include <algorithm>
#include <chrono>
#include <utility>

#include <zanhu/limited_log.h>

#include "core/base/metrics.h"
#include "core/connection/http_connection.h"

namespace zanhu::connection {

namespace {

Counter malformed("proxy_header_malformed_total", "Connections closed because of their PROXY header");
LimitedLog malformed_log("zanhu.connection");

// For a client that was connecting, or sending, while the shutdown began; and between two looks at a request
// under way.
constexpr std::chrono::milliseconds k_drain_grace{300};

}  // namespace

void HttpConnection::arrive(const Entrance& entrance) {
    if (entrance.proxies != nullptr && entrance.proxies->contains(stream_->peer().address)) {
        announcement_ = std::make_unique<Announcement>();
        announcement_->tls = entrance.tls;
        begin_head();  // whose deadline holds for the header
        state_ = State::announced;
    } else if (entrance.tls) {
        begin_tls({});
    } else {
        begin_head();
    }
}

void HttpConnection::read_proxy_header(std::string_view bytes) {
    std::size_t consumed = 0;
    http::ProxyHeaderReader& header = announcement_->header;
    const auto state = header.feed(bytes, consumed);
    if (state == http::ProxyHeaderReader::State::need_more) return;
    if (state == http::ProxyHeaderReader::State::malformed) {
        malformed.add();
        malformed_log.warning("a connection of the proxy at " + stream_->peer().address +
                              " was closed because of its PROXY header: " + header.problem());
        close_now();
        return;
    }
    if (header.ends()) ends_ = std::make_unique<const http::ProxiedEnds>(*header.ends());
    const bool tls = std::exchange(announcement_, nullptr)->tls;
    const std::string_view rest = bytes.substr(consumed);
    if (tls) {
        begin_tls(rest);
        return;
    }
    begin_head();
    if (!rest.empty()) read_head(rest);
}

std::unique_ptr<Scope> HttpConnection::with_ends(std::unique_ptr<Scope> scope) const {
    if (ends_ != nullptr) {
        scope->client = ends_->client;
        scope->server = ends_->server;
    }
    return scope;
}

void HttpConnection::begin_tls(std::string_view early) {
    state_ = State::securing;
    stream_->start_tls(registry_.tls(), early);
    wait_at_most(registry_.options().tls_handshake_timeout);
}

void HttpConnection::wait_at_most(std::chrono::milliseconds time) {
    registry_.loop().schedule(timer_, registry_.draining() ? std::min(time, k_drain_grace) : time);
}

void HttpConnection::begin_head() {
    state_ = State::head;
    wait_at_most(registry_.options().head_timeout);
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
    if (state_ <= State::head) {
        // A request may be on its way: it is answered with 503 instead of silence.
        registry_.loop().schedule(timer_, k_drain_grace);
    } else if (state_ == State::writing) {
        begin_close();
    } else if (state_ == State::exchange) {
        exchange_->forbid_keep_alive();
        make_last_call();
    }
}

// What has no end of its own must not hold up the shutdown. An application that does something else now may
// still come to stream, or to wait for somebody; nothing tells of it, so it is looked at again.
void HttpConnection::make_last_call() {
    if (exchange_->streams()) {
        last_call_ = LastCall::limited;
        registry_.loop().schedule(timer_, registry_.options().close_timeout);
    } else if (body_left_ > 0) {
        last_call_ = LastCall::limited;
        registry_.loop().schedule(
            timer_, std::min(registry_.options().body_timeout, registry_.options().close_timeout));
    } else if (exchange_->waits_for_event()) {
        refuse(503, "the server is shutting down; try again", {{"retry-after", "5"}});
        exchange_->abandon();
    } else {
        last_call_ = LastCall::watched;
        registry_.loop().schedule(timer_, k_drain_grace);
    }
}

}  // namespace zanhu::connection
