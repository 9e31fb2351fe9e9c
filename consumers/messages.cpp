#include "consumers/messages.h"

#include <utility>

#include <zanhu/names.h>

namespace zanhu::consumers {

Task<void> MessagesConsumer::connect() {
    if (user().is_anonymous()) {
        co_await close();
        co_return;
    }
    co_await channel_layer().group_add(user_group(services().site().user_group, user().username()),
                                       channel());
    co_await accept();
}

Task<void> MessagesConsumer::receive(Receive message) {
    // A JSON text of the text; bytes come back as they are, which JSON cannot carry.
    if (message.is_text()) {
        co_await send_text(to_json(Value(std::move(message.data))));
    } else {
        co_await send_bytes(std::move(message.data));
    }
}

const EventHandlers& MessagesConsumer::handlers() const {
    static const EventHandlers table = EventHandlers().forward("receive").forward("broadcast.message");
    return table;
}

}  // namespace zanhu::consumers
