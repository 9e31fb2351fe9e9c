#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/connection/denial.h"
#include "core/connection/http_exchange.h"
#include "core/connection/registry.h"
#include "core/http/proxy_header.h"
#include "core/http/request_head.h"
#include "core/net/stream.h"
#include "core/net/timer_wheel.h"

namespace zanhu::connection {

/// A connection from its first byte, as long as it speaks HTTP: takes the PROXY header and the TLS handshake,
/// reads a request's head, runs the exchange, and begins again; a valid WebSocket handshake makes it a
/// WebsocketConnection. One request at a time: what a client sends ahead waits in the kernel. Owned by the
/// registry of its loop.
class HttpConnection final : private net::Stream::Owner, private HttpExchange::Transport {
public:
    HttpConnection(Registry& registry, net::Descriptor descriptor, Entrance entrance);
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;
    ~HttpConnection();

    /// Begins to read; or, when there are too many connections or too many of that address, refuses once and
    /// closes.
    void start(bool one_too_many);
    /// Ends it soon when it is idle, else after the response under way.
    void drain();
    /// Lives on as a WebsocketConnection.
    bool upgraded() const noexcept { return stream_ == nullptr; }

    std::size_t index = 0;  ///< the registry's

private:
    /// announced: waiting for the PROXY header. securing: the TLS handshake. head: waiting for or reading a
    /// head. exchange: a request is under way. writing: its response has ended and is not written whole.
    /// closing: FIN follows what is pending. closed: the descriptor is gone. In these two an application that
    /// has not returned yet has its Disconnect.
    enum class State : std::uint8_t { announced, securing, head, exchange, writing, closing, closed };

    /// What the shutdown has made of the request under way. watched: `timer_` is the next look at it.
    /// limited: `timer_` is its end, and nothing puts that off.
    enum class LastCall : std::uint8_t { none, watched, limited };

    /// What a proxy says ahead of the connection's own bytes.
    struct Announcement {
        http::ProxyHeaderReader header;
        bool tls;  ///< follows
    };

    void on_bytes(std::span<char> bytes) override;
    void on_drained() override;
    void on_end(net::Stream::End end) override;
    void on_secured() override;
    void on_plaintext() override;

    void write(std::string_view bytes) override { stream_->send(bytes); }
    bool congested() override;
    std::string_view date() override { return registry_.date(); }
    EventLoop& loop() override { return registry_.loop(); }
    const Options& options() override { return registry_.options(); }
    void give_up() override;
    void exchange_ended(bool broken) override;
    unsigned& nesting() override { return registry_.nesting(); }
    void at_end_of_turn(UniqueFunction job) override { registry_.loop().at_end_of_turn(std::move(job)); }

    void arrive(const Entrance& entrance);
    void read_proxy_header(std::string_view bytes);
    std::unique_ptr<Scope> with_ends(std::unique_ptr<Scope> scope) const;
    void begin_tls(std::string_view early);
    void begin_head();
    void wait_at_most(std::chrono::milliseconds time);
    void read_head(std::string_view bytes);
    void start_request(std::string_view rest);
    void start_exchange(std::unique_ptr<Scope> scope, std::string_view rest);
    void start_handshake(std::string_view rest);
    bool admit(const Scope& scope);
    void upgrade(std::unique_ptr<Scope> scope, Handshake handshake, std::string_view rest);
    void take_body(std::string_view bytes);
    void write_response();
    void next_request();
    void refuse(int status, std::string_view text, const Headers& extra = {});
    void make_last_call();
    void begin_close();
    void close_now();
    void remove_if_over();
    void on_timer();

    Registry& registry_;
    std::unique_ptr<net::Stream> stream_;
    http::HeadParser parser_;
    http::RequestHead head_;
    std::unique_ptr<HttpExchange> exchange_;
    net::Timer timer_;
    std::unique_ptr<Announcement> announcement_;     // until the header is there
    std::unique_ptr<const http::ProxiedEnds> ends_;  // null: the socket's own
    Seat seat_;                                      // of the peer's address, unless that is a proxy's
    std::string ahead_;                              // of the next request, read together with this one
    std::uint64_t body_left_ = 0;                    // of the request under way
    State state_ = State::head;
    LastCall last_call_ = LastCall::none;
    bool first_request_ = true;
    bool to_head_ = false;  // the request under way is a HEAD
    bool removed_ = false;
};

}  // namespace zanhu::connection
