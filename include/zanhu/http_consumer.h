#pragma once

#include <string>
#include <utility>

#include <zanhu/consumer_base.h>
#include <zanhu/sync_consumer.h>

namespace zanhu {

/// One HTTP request's consumer, a coroutine on the connection's loop (Channels: AsyncHttpConsumer). The body
/// comes whole, within [http] max_body_size. A response may be one piece or a stream: handle() may return
/// with more to come, and handlers of layer messages go on with it, until the last piece or until the client
/// is gone. A stream that nothing reads waits in its co_await, and is cut after [outbox] soft_timeout.
class AsyncHttpConsumer : public ConsumerBase {
public:
    static constexpr ScopeType k_serves = ScopeType::http;

    virtual Task<void> handle(std::string body) = 0;
    /// Exactly once, behind the whole response or when the client is gone.
    virtual Task<void> disconnect();

protected:
    /// The head; it leaves with the first piece of the body.
    SendAwaiter send_headers(int status = 200, Headers headers = {});
    /// A piece of the body. Gives `closed` when the client is gone: the end of a loop that streams.
    SendAwaiter send_body(std::string body, bool more_body = false);
    /// A whole response.
    SendAwaiter send_response(int status, std::string body, Headers headers = {});

private:
    Task<void> dispatch(Event& event) final;
    Task<void> dispatch_disconnect(Disconnect) final { return disconnect(); }
    Task<void> take_body(HttpBody piece);

    std::string body_;
    bool answers_ = false;
};

/// The same for code that blocks: on the `sync` pool.
class HttpConsumer : public SyncConsumerBase {
public:
    static constexpr ScopeType k_serves = ScopeType::http;

    virtual void handle(std::string body) = 0;
    virtual void disconnect();

protected:
    void send_headers(int status = 200, Headers headers = {});
    SendResult send_body(std::string body, bool more_body = false);
    SendResult send_response(int status, std::string body, Headers headers = {});

private:
    Task<void> dispatch(Event& event) final;
    Task<void> dispatch_disconnect(Disconnect) final;
    Task<void> take_body(HttpBody piece);

    std::string body_;
    bool answers_ = false;
};

}  // namespace zanhu
