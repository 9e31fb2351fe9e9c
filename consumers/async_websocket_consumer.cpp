#include <utility>

#include <zanhu/consumer.h>

namespace zanhu {

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

SendAwaiter AsyncWebsocketConsumer::close(CloseCode code, std::string reason) {
    return link().send(Close(code, std::move(reason)));
}

Task<void> AsyncJsonWebsocketConsumer::receive(Receive message) {
    if (!message.is_text()) throw Error("a JSON consumer was sent a binary message; it takes text only");
    std::optional<Value> content = parse_json(message.data);
    if (!content) throw Error("a JSON consumer was sent a message that is not valid JSON");
    return receive_json(std::move(*content));
}

Task<void> AsyncJsonWebsocketConsumer::receive_json(Value) {
    co_return;
}

}  // namespace zanhu
