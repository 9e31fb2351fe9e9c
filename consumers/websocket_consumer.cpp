#include <utility>

#include <zanhu/websocket_consumer.h>

#include "consumers/sequences.h"

namespace zanhu {

Task<void> WebsocketConsumer::dispatch(Event& event) {
    if (auto* message = std::get_if<Receive>(&event)) return take(std::move(*message));
    if (std::holds_alternative<SharedMessage>(event)) return dispatch_layer_message(event);
    return begin();
}

Task<void> WebsocketConsumer::begin() {
    co_await join_groups();
    auto job = [this] {
        try {
            connect();
        } catch (const AcceptConnection&) {
            accept();
        } catch (const DenyConnection&) {
            close();
        }
    };
    co_await work(job);
}

Task<void> WebsocketConsumer::take(Receive message) {
    auto job = [this, &message] { receive(std::move(message)); };
    co_await work(job);
}

Task<void> WebsocketConsumer::dispatch_disconnect(Disconnect event) {
    auto job = [this, code = event.code] { disconnect(code); };
    return insist(job);
}

void WebsocketConsumer::connect() {
    accept();
}

void WebsocketConsumer::receive(Receive) {}

void WebsocketConsumer::disconnect(CloseCode) {}

void WebsocketConsumer::accept(std::string subprotocol, Headers headers) {
    (void)send(Accept(std::move(subprotocol), std::move(headers)));
}

void WebsocketConsumer::deny(int status, Headers headers, std::string body) {
    (void)async_to_sync(link().loop(),
                        consumers::respond(link(), status, std::move(headers), std::move(body)));
}

SendResult WebsocketConsumer::send_text(std::string text) {
    return send(Send(MessageKind::text, std::move(text)));
}

SendResult WebsocketConsumer::send_bytes(std::string bytes) {
    return send(Send(MessageKind::binary, std::move(bytes)));
}

void WebsocketConsumer::send_text(std::string text, CloseCode then_close) {
    (void)async_to_sync(link().loop(),
                        consumers::send_and_close(link(), MessageKind::text, std::move(text), then_close));
}

void WebsocketConsumer::send_bytes(std::string bytes, CloseCode then_close) {
    (void)async_to_sync(link().loop(),
                        consumers::send_and_close(link(), MessageKind::binary, std::move(bytes), then_close));
}

void WebsocketConsumer::close(CloseCode code, std::string reason) {
    (void)send(Close(code, std::move(reason)));
}

void JsonWebsocketConsumer::receive(Receive message) {
    consumers::require_text(message);
    receive_json(decode_json(message.data));
}

void JsonWebsocketConsumer::receive_json(Value) {}

Value JsonWebsocketConsumer::decode_json(std::string_view text) const {
    return consumers::require_json(text);
}

}  // namespace zanhu
