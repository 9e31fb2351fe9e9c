#include "web/message_json.h"

#include "web/message_text.h"

namespace zanhu::web {

ValueMap message_map(const Message& message) {
    ValueMap map;
    map.set("id", message.id)
        .set("sender", message.sender)
        .set("recipient", message.recipient)
        .set("text", message.text)
        .set("message", html_fragment(message.text))
        .set("created_at", message.created_at);
    return map;
}

ValueMap page_map(const MessagePage& page) {
    ValueList messages;
    messages.reserve(page.messages.size());
    for (const Message& message : page.messages)
        messages.emplace_back(message_map(message));
    ValueMap map;
    map.set("messages", std::move(messages)).set("more", page.more);
    return map;
}

ValueMap conversation_map(const Conversation& conversation) {
    Value last;
    if (conversation.last_message) last = message_map(*conversation.last_message);
    ValueMap map;
    map.set("username", conversation.username)
        .set("last_message", std::move(last))
        .set("unread", conversation.unread);
    return map;
}

LayerMessage receive_event(const Message& message) {
    LayerMessage event("receive");
    for (const auto& [key, value] : message_map(message))
        event.set(key, value);
    return event;
}

}  // namespace zanhu::web
