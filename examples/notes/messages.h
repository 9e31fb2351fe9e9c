#pragma once

#include <utility>

#include <zanhu/consumer.h>

namespace notes {

/// Private messages: one group a user, an echo as JSON.
class MessagesConsumer final : public zanhu::AsyncWebsocketConsumer {
public:
    zanhu::Task<void> connect() override {
        if (user().is_anonymous()) {
            co_await close();  // not logged in: the handshake is answered with 403
        } else {
            co_await channel_layer().group_add(user().username(), channel());
            co_await accept();
        }
    }

    zanhu::Task<void> receive(zanhu::Receive message) override {
        if (!message.is_text()) co_return;
        const zanhu::Value text(std::move(message.data));
        co_await send_text(zanhu::to_json(text));
    }

    zanhu::Task<void> disconnect(zanhu::CloseCode) override {
        // Left already, like every group; Channels needs the line.
        co_await channel_layer().group_discard(user().username(), channel());
    }

protected:
    // What a Django view sends to the group: {"type": "receive", ...}, on to the page as it is.
    const zanhu::EventHandlers& handlers() const override {
        static const auto table = zanhu::EventHandlers().forward("receive");
        return table;
    }
};

}  // namespace notes
