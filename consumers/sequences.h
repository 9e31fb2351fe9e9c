#pragma once

#include <string>
#include <string_view>

#include <zanhu/link.h>
#include <zanhu/value.h>

// What consumers of several bases share: answers of more than one command, and JSON.
namespace zanhu::consumers {

/// A whole response: to an HTTP request, or in place of the 101 (ASGI's denial response).
Task<SendResult> respond(Link& link, int status, Headers headers, std::string body);

/// A message and the close frame behind it.
Task<SendResult> send_and_close(Link& link, MessageKind kind, std::string message, CloseCode code);

/// What a JSON consumer was sent; throws Error for a binary message and for invalid JSON.
void require_text(const Receive& message);
Value require_json(std::string_view text);

}  // namespace zanhu::consumers
