#include "core/connection/http_connection.h"

#include <algorithm>
#include <utility>

#include "core/base/metrics.h"
#include "core/connection/connection_metrics.h"
#include "core/connection/request_scope.h"
#include "core/connection/websocket_connection.h"
#include "core/http/response.h"
#include "core/ws/handshake.h"

namespace zanhu::connection {

namespace {

Counter refused("http_refused_total",
                "Requests refused before the application: malformed, too large, too slow, or while draining");
Counter header_timeouts("proxy_header_timeouts_total",
                        "Connections closed because their PROXY header took too long");
Counter handshake_timeouts("tls_handshake_timeouts_total",
                           "Connections closed because their TLS handshake took too long");

}  // namespace

HttpConnection::HttpConnection(Registry& registry, net::Descriptor descriptor, Entrance entrance)
    : registry_(registry),
      stream_(std::make_unique<net::Stream>(
          registry.loop(), std::move(descriptor), static_cast<net::Stream::Owner&>(*this))),
      parser_(registry.options().head),
      timer_([](void* self) { static_cast<HttpConnection*>(self)->on_timer(); }, this) {
    arrive(entrance);
}

HttpConnection::~HttpConnection() = default;

void HttpConnection::start(bool one_too_many) {
    if (one_too_many) {
        refuse(503,
               "the server holds as many connections as it may ([server] max_connections); try again",
               {{"retry-after", "5"}});
        return;
    }
    Admission& admission = registry_.admission();
    // A balancer's connection counts, if at all, for whom its PROXY header or its fields name.
    if (admission.limits().connections_per_address == 0 || announcement_ != nullptr) return;
    const std::string peer = stream_->peer().address;
    if (registry_.options().proxies.trusts(peer) || admission.seat_address(peer, seat_)) return;
    refuse(429, "too many connections from your address; try again later", {{"retry-after", "5"}});
}

void HttpConnection::on_bytes(std::span<char> bytes) {
    const std::string_view view(bytes.data(), bytes.size());
    if (state_ == State::head) {
        read_head(view);
    } else if (state_ == State::announced) {
        read_proxy_header(view);
    } else if (state_ == State::exchange) {
        take_body(view);
    }
}

void HttpConnection::read_head(std::string_view bytes) {
    if (parser_.buffered() == 0 && !first_request_) wait_at_most(registry_.options().head_timeout);
    std::size_t consumed = 0;
    const http::HeadResult result = parser_.feed(bytes, consumed);
    if (result.kind == http::HeadResult::Kind::need_more) return;
    if (result.is_error()) {
        Headers extra;
        if (result.status == 405) extra.add("allow", "GET, HEAD, POST");
        refuse(result.status, result.reason, extra);
        return;
    }
    head_ = parser_.take();
    to_head_ = head_.method == "HEAD";
    first_request_ = false;
    start_request(bytes.substr(consumed));
}

void HttpConnection::start_request(std::string_view rest) {
    if (registry_.draining()) {
        if (ws::is_upgrade(HandshakeFields(head_).request())) count_handshake(503);
        refuse(503, "the server is shutting down; try again", {{"retry-after", "5"}});
        return;
    }
    if (ws::is_upgrade(HandshakeFields(head_).request())) {
        start_handshake(rest);
        return;
    }
    if (head_.content_length.value_or(0) > registry_.options().max_body_size) {
        refuse(413,
               "the body is larger than " + std::to_string(registry_.options().max_body_size) + " bytes");
        return;
    }
    auto scope = with_ends(http_scope(head_, registry_.next_connection_id(), *stream_));
    registry_.options().proxies.apply(*scope);
    start_exchange(std::move(scope), rest);
}

void HttpConnection::start_handshake(std::string_view rest) {
    const HandshakeFields fields(head_);
    const ws::HandshakeResult result = ws::check_handshake(fields.request());
    if (result.status != 101) {
        count_handshake(result.status);
        refuse(result.status, result.reason, fields.refusal_headers(result));
        return;
    }
    if (head_.content_length.value_or(0) > 0) {
        count_handshake(400);
        refuse(400, "a WebSocket handshake has no body; leave out Content-Length");
        return;
    }
    Handshake handshake{ws::accept_value(result.key), registry_.compression().agree(result.extensions)};
    auto scope = with_ends(websocket_scope(head_, result, registry_.next_connection_id(), *stream_));
    registry_.options().proxies.apply(*scope);
    if (admit(*scope)) upgrade(std::move(scope), std::move(handshake), rest);
}

bool HttpConnection::admit(const Scope& scope) {
    Admission& admission = registry_.admission();
    Admission::Verdict verdict = admission.handshake(scope.client.address, registry_.loop().now());
    // Of a proxy's connections only the sockets of its clients are counted, each for its own client.
    const bool seated =
        seat_.taken() || !verdict.admitted() || admission.seat_address(scope.client.address, seat_);
    if (!seated) verdict = Admission::too_many_from_there();
    if (verdict.admitted()) return true;
    count_handshake(verdict.status);
    refuse(verdict.status,
           verdict.status == 429 ? "too many connections or handshakes from your address; try again later"
                                 : "too many handshakes at once; try again",
           {{"retry-after", std::to_string(verdict.retry_after.count())}});
    return false;
}

void HttpConnection::start_exchange(std::unique_ptr<Scope> scope, std::string_view rest) {
    http::ConnectionOptions framing;
    framing.keep_alive = head_.keep_alive;
    framing.http10 = head_.minor_version == 0;
    state_ = State::exchange;
    body_left_ = head_.content_length.value_or(0);
    if (body_left_ > 0) {
        registry_.loop().schedule(timer_, registry_.options().body_timeout);
        if (head_.expect_continue && rest.empty()) stream_->send(http::k_continue);
    } else {
        timer_.cancel();
    }
    exchange_ = std::make_unique<HttpExchange>(
        static_cast<HttpExchange::Transport&>(*this), std::move(scope), framing);
    exchange_->run(registry_.application());
    if (head_.content_length.value_or(0) == 0) exchange_->body({}, false);
    take_body(rest);
}

void HttpConnection::take_body(std::string_view bytes) {
    const std::string_view body = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), body_left_));
    const std::string_view rest = bytes.substr(body.size());
    body_left_ -= body.size();
    if (!rest.empty()) {
        ahead_.append(rest);
        stream_->pause_recv();
    }
    if (body.empty()) return;
    if (body_left_ == 0) timer_.cancel();
    exchange_->body(std::string(body), body_left_ > 0);
    if (body_left_ == 0 && last_call_ != LastCall::none && state_ == State::exchange) make_last_call();
}

void HttpConnection::give_up() {
    if (state_ != State::exchange) return;
    if (exchange_->streams()) {
        registry_.loop().at_end_of_turn([this] {
            if (state_ == State::exchange) stream_->flush();  // what was said so far
            close_now();
        });
    } else if (exchange_->response_started()) {
        if (!exchange_->keeps_alive()) begin_close();
    } else {
        refuse(503, "the server is busy; try again", {{"retry-after", "5"}});
    }
}

void HttpConnection::exchange_ended(bool broken) {
    // Called from within the application's last suspension: its frame is freed when the turn is over.
    registry_.loop().at_end_of_turn([this, broken] {
        const bool reusable = !broken && exchange_->keeps_alive() && body_left_ == 0 && !registry_.draining();
        exchange_.reset();
        if (state_ == State::closed) {
            remove_if_over();
        } else if (state_ == State::closing) {
            return;  // a refusal is on its way and ends the connection
        } else if (broken) {
            close_now();
        } else if (reusable) {
            write_response();
        } else {
            begin_close();
        }
    });
}

// A client that sends requests ahead and reads nothing has one response in the outbox, never many.
void HttpConnection::write_response() {
    stream_->flush();
    if (state_ == State::closed) return;
    if (stream_->pending() == 0) {
        next_request();
        return;
    }
    state_ = State::writing;
    stream_->pause_recv();
    registry_.loop().schedule(timer_, registry_.options().outbox_soft_timeout);
}

void HttpConnection::next_request() {
    state_ = State::head;
    registry_.loop().schedule(timer_, registry_.options().keep_alive_timeout);
    stream_->resume_recv();
    if (stream_->peer_finished() && ahead_.empty()) {
        begin_close();
    } else if (!ahead_.empty()) {
        const std::string ahead = std::exchange(ahead_, std::string());
        read_head(ahead);
    }
}

void HttpConnection::upgrade(std::unique_ptr<Scope> scope, Handshake handshake, std::string_view rest) {
    timer_.cancel();
    state_ = State::closed;
    auto websocket = std::make_unique<WebsocketConnection>(registry_,
                                                           std::move(stream_),
                                                           std::move(seat_),
                                                           std::move(scope),
                                                           std::move(handshake),
                                                           std::string(rest));
    WebsocketConnection& started = *websocket;
    registry_.take(std::move(websocket));
    removed_ = true;
    registry_.remove(*this);
    started.start();
}

void HttpConnection::refuse(int status, std::string_view text, const Headers& extra) {
    refused.add();
    if (announcement_ != nullptr && announcement_->tls) {
        // The client behind the balancer waits for TLS and could not read an answer in clear.
        close_now();
        return;
    }
    count_response(status);
    stream_->send(http::simple_response(status, text, extra, false, registry_.date(), to_head_));
    begin_close();
}

bool HttpConnection::congested() {
    if (stream_->pending() > registry_.options().outbox_soft) stream_->flush();
    const bool waits = stream_->is_open() && stream_->pending() > registry_.options().outbox_soft;
    if (waits && last_call_ == LastCall::none)
        registry_.loop().schedule(timer_, registry_.options().outbox_soft_timeout);
    return waits;
}

// Every write that went on is a sign of life: the deadlines of a response begin anew.
void HttpConnection::on_drained() {
    const bool written = stream_->pending() == 0;
    if (state_ == State::writing && written) {
        next_request();
    } else if (state_ == State::writing) {
        registry_.loop().schedule(timer_, registry_.options().outbox_soft_timeout);
    } else if (state_ == State::closing && written && stream_->peer_finished()) {
        close_now();
    } else if (state_ == State::closing) {
        registry_.loop().schedule(timer_, registry_.options().close_timeout);
    } else if (exchange_ != nullptr && stream_->pending() <= registry_.options().outbox_soft / 2) {
        if (last_call_ == LastCall::none) timer_.cancel();
        exchange_->drained();
    }
}

void HttpConnection::on_end(net::Stream::End end) {
    const bool finished = end == net::Stream::End::finished;
    // A client may have said all it has to say and wait for its answer; one in the middle of a stream has
    // left.
    if (finished && state_ == State::exchange && body_left_ == 0 && !exchange_->streams()) return;
    if (finished && (state_ == State::closing || state_ == State::writing) && stream_->pending() > 0) return;
    close_now();
}

void HttpConnection::begin_close() {
    state_ = State::closing;
    stream_->finish();
    registry_.loop().schedule(timer_, registry_.options().close_timeout);
}

void HttpConnection::close_now() {
    if (state_ == State::closed) return;
    state_ = State::closed;
    timer_.cancel();
    stream_->close();
    if (exchange_ != nullptr) {
        registry_.loop().schedule(timer_, registry_.options().disconnect_timeout);
        exchange_->abandon();
    }
    remove_if_over();
}

void HttpConnection::remove_if_over() {
    if (exchange_ != nullptr || std::exchange(removed_, true)) return;
    timer_.cancel();
    registry_.remove(*this);
}

void HttpConnection::on_timer() {
    if (state_ == State::announced) header_timeouts.add();
    if (state_ == State::securing) handshake_timeouts.add();
    if (state_ == State::head && parser_.buffered() > 0) {
        refuse(408, "the request's head did not arrive in time");
    } else if (state_ == State::closed) {
        exchange_->report_unfinished();
    } else if (state_ == State::exchange && last_call_ == LastCall::watched) {
        make_last_call();
    } else if (state_ == State::exchange && !exchange_->response_started() && !exchange_->ended()) {
        refuse(408, "the request's body did not arrive in time");
        exchange_->abandon();
    } else {
        close_now();
    }
}

}  // namespace zanhu::connection
