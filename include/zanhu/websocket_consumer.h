#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <zanhu/consumer_base.h>
#include <zanhu/sync_consumer.h>

namespace zanhu {

/// A WebSocket's consumer whose handlers are coroutines on the connection's loop (Channels:
/// AsyncWebsocketConsumer). They must not block: use sync_to_async.
class AsyncWebsocketConsumer : public ConsumerBase {
public:
    /// By default accepts. Neither accepting nor closing leaves the handshake to its deadline.
    virtual Task<void> connect();
    virtual Task<void> receive(Receive message);
    /// Exactly once, also after a denied handshake or an exception. Nothing can be sent any more.
    virtual Task<void> disconnect(CloseCode code);

protected:
    /// `subprotocol` must be one that the client offered. `headers` join the 101.
    SendAwaiter accept(std::string subprotocol = {}, Headers headers = {});
    /// Refuses the handshake with a status from 300 to 599 of your own (ASGI's denial response).
    SendAwaiter deny(int status, Headers headers = {}, std::string body = {});
    SendAwaiter send_text(std::string text) { return link().send(Send(MessageKind::text, std::move(text))); }
    SendAwaiter send_bytes(std::string bytes) {
        return link().send(Send(MessageKind::binary, std::move(bytes)));
    }
    /// A message and the close frame behind it (Channels: send(..., close=code)).
    SendAwaiter send_text(std::string text, CloseCode then_close);
    SendAwaiter send_bytes(std::string bytes, CloseCode then_close);
    /// The event's JSON text, encoded and framed once for all receivers of the event.
    SendAwaiter send_event(const SharedMessage& message) { return link().send(SendShared(message)); }
    /// Before accept the handshake is answered with 403. A code that may not be sent (RFC 6455 7.4) is logged
    /// and becomes 1011.
    SendAwaiter close(CloseCode code = CloseCode::normal, std::string reason = {});

private:
    Task<void> dispatch(Event& event) final;
    Task<void> dispatch_disconnect(Disconnect event) final { return disconnect(event.code); }
    Task<void> begin();
};

/// An AsyncWebsocketConsumer that speaks JSON (Channels: AsyncJsonWebsocketConsumer). A binary, empty or
/// invalid message ends the connection with 1011.
class AsyncJsonWebsocketConsumer : public AsyncWebsocketConsumer {
public:
    virtual Task<void> receive_json(Value content);

protected:
    /// Another notation than json.dumps's; both throw what ends the connection with 1011.
    virtual std::string encode_json(const Value& content) const { return to_json(content); }
    virtual Value decode_json(std::string_view text) const;

    SendAwaiter send_json(const Value& content) { return send_text(encode_json(content)); }
    SendAwaiter send_json(const Value& content, CloseCode then_close) {
        return send_text(encode_json(content), then_close);
    }

private:
    Task<void> receive(Receive message) final;
};

/// A WebSocket's consumer whose handlers may block: they run on the `sync` pool, one at a time (Channels:
/// WebsocketConsumer).
class WebsocketConsumer : public SyncConsumerBase {
public:
    virtual void connect();
    virtual void receive(Receive message);
    virtual void disconnect(CloseCode code);

protected:
    // As in AsyncWebsocketConsumer; each waits until it is done.
    void accept(std::string subprotocol = {}, Headers headers = {});
    void deny(int status, Headers headers = {}, std::string body = {});
    SendResult send_text(std::string text);
    SendResult send_bytes(std::string bytes);
    void send_text(std::string text, CloseCode then_close);
    void send_bytes(std::string bytes, CloseCode then_close);
    void close(CloseCode code = CloseCode::normal, std::string reason = {});

private:
    Task<void> dispatch(Event& event) final;
    Task<void> dispatch_disconnect(Disconnect event) final;
    Task<void> begin();
    Task<void> take(Receive message);
};

/// A WebsocketConsumer that speaks JSON (Channels: JsonWebsocketConsumer), as AsyncJsonWebsocketConsumer.
class JsonWebsocketConsumer : public WebsocketConsumer {
public:
    virtual void receive_json(Value content);

protected:
    virtual std::string encode_json(const Value& content) const { return to_json(content); }
    virtual Value decode_json(std::string_view text) const;

    SendResult send_json(const Value& content) { return send_text(encode_json(content)); }
    void send_json(const Value& content, CloseCode then_close) {
        send_text(encode_json(content), then_close);
    }

private:
    void receive(Receive message) final;
};

}  // namespace zanhu
