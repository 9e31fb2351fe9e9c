#include <utility>

#include <zanhu/websocket_consumer.h>

#include "consumers/sequences.h"

namespace zanhu {

Task<void> AsyncWebsocketConsumer::dispatch(Event& event) {
    if (auto* message = std::get_if<Receive>(&event)) return receive(std::move(*message));
    if (std::holds_alternative<SharedMessage>(event)) return dispatch_layer_message(event);
    return begin();
}

Task<void> AsyncWebsocketConsumer::begin() {
    co_await join_groups();
    bool accepts = false;
    bool denies = false;
    try {
        co_await connect();
    } catch (const AcceptConnection&) {
        accepts = true;
    } catch (const DenyConnection&) {
        denies = true;
    }
    if (accepts) co_await accept();
    if (denies) co_await close();
}

Task<void> AsyncWebsocketConsumer::connect() {
    co_await accept();
}

Task<void> AsyncWebsocketConsumer::receive(Receive) {
    co_return;
}

Task<void> AsyncWebsocketConsumer::disconnect(CloseCode) {
    co_return;
}

SendAwaiter AsyncWebsocketConsumer::accept(std::string subprotocol, Headers headers) {
    return link().send(Accept(std::move(subprotocol), std::move(headers)));
}

SendAwaiter AsyncWebsocketConsumer::deny(int status, Headers headers, std::string body) {
    return SendAwaiter(consumers::respond(link(), status, std::move(headers), std::move(body)));
}

SendAwaiter AsyncWebsocketConsumer::send_text(std::string text, CloseCode then_close) {
    return SendAwaiter(consumers::send_and_close(link(), MessageKind::text, std::move(text), then_close));
}

SendAwaiter AsyncWebsocketConsumer::send_bytes(std::string bytes, CloseCode then_close) {
    return SendAwaiter(consumers::send_and_close(link(), MessageKind::binary, std::move(bytes), then_close));
}

SendAwaiter AsyncWebsocketConsumer::close(CloseCode code, std::string reason) {
    return link().send(Close(code, std::move(reason)));
}

Task<void> AsyncJsonWebsocketConsumer::receive(Receive message) {
    consumers::require_text(message);
    return receive_json(decode_json(message.data));
}

Task<void> AsyncJsonWebsocketConsumer::receive_json(Value) {
    co_return;
}

Value AsyncJsonWebsocketConsumer::decode_json(std::string_view text) const {
    return consumers::require_json(text);
}

}  // namespace zanhu
