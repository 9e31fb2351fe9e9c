#include <utility>

#include <zanhu/consumer.h>
#include <zanhu/sync.h>

namespace zanhu {

namespace {

constexpr std::chrono::milliseconds k_before_asking_again{20};

Task<SendResult> send_on(Link& link, Command command) {
    co_return co_await link.send(std::move(command));
}

}  // namespace

void WebsocketConsumer::connect() {
    accept();
}

void WebsocketConsumer::receive(Receive) {}

void WebsocketConsumer::disconnect(CloseCode) {}

Task<void> WebsocketConsumer::dispatch_connect() {
    auto job = [this] { connect(); };
    co_await sync_to_async(services().pool("sync"), job);
}

Task<void> WebsocketConsumer::dispatch_receive(Receive message) {
    auto job = [this, &message] { receive(std::move(message)); };
    co_await sync_to_async(services().pool("sync"), job);
}

// The one handler that must run: a full pool is asked again until it has a place.
Task<void> WebsocketConsumer::dispatch_disconnect(CloseCode code) {
    auto job = [this, code] { disconnect(code); };
    for (;;) {
        try {
            co_await sync_to_async(services().pool("sync"), job);
            co_return;
        } catch (const PoolSaturated&) {
            // waits below: a handler cannot
        }
        co_await link().loop().sleep_for(k_before_asking_again, CancelToken());
    }
}

SendResult WebsocketConsumer::send(Command command) {
    return async_to_sync(link().loop(), send_on(link(), std::move(command)));
}

void WebsocketConsumer::accept(std::string subprotocol, Headers headers) {
    (void)send(Accept(std::move(subprotocol), std::move(headers)));
}

SendResult WebsocketConsumer::send_text(std::string text) {
    return send(Send(MessageKind::text, std::move(text)));
}

SendResult WebsocketConsumer::send_bytes(std::string bytes) {
    return send(Send(MessageKind::binary, std::move(bytes)));
}

void WebsocketConsumer::close(CloseCode code, std::string reason) {
    (void)send(Close(code, std::move(reason)));
}

// Coroutines, so that the layer and the channel are touched on the loop's thread only.
Task<void> WebsocketConsumer::join(std::string group) {
    co_await channel_layer().group_add(std::move(group), channel());
}

Task<void> WebsocketConsumer::leave(std::string group) {
    co_await channel_layer().group_discard(std::move(group), channel());
}

void WebsocketConsumer::group_add(std::string group) {
    async_to_sync(link().loop(), join(std::move(group)));
}

void WebsocketConsumer::group_discard(std::string group) {
    async_to_sync(link().loop(), leave(std::move(group)));
}

std::size_t WebsocketConsumer::group_send(std::string group, LayerMessage message) {
    return async_to_sync(link().loop(), channel_layer().group_send(std::move(group), std::move(message)));
}

}  // namespace zanhu
