#pragma once

#include <zanhu/layer_message.h>
#include <zanhu/services.h>

// How messages and people look outside. Free functions without state, callable from any thread.
namespace zanhu::web {

/// {id, sender, recipient, text, message (the text as an HTML fragment), created_at}
[[nodiscard]] ValueMap message_map(const Message& message);
/// {messages: oldest first, more}
[[nodiscard]] ValueMap page_map(const MessagePage& page);
/// {username, last_message or null, unread}
[[nodiscard]] ValueMap conversation_map(const Conversation& conversation);
/// The event of type `receive` that tells open pages of a message: the same fields.
[[nodiscard]] LayerMessage receive_event(const Message& message);

}  // namespace zanhu::web
