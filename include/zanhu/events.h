#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include <zanhu/close_code.h>
#include <zanhu/headers.h>
#include <zanhu/layer_message.h>

// The vocabulary of ASGI: what an application receives (Event) and what it sends (Command). Every type has a
// constructor, because GCC 12 copies braced aggregates bitwise in a co_await expression (docs/coroutines.md).
namespace zanhu {

enum class MessageKind : std::uint8_t { text, binary };

/// websocket.connect: the handshake was read and is valid; answer with Accept or Close.
struct Connect {};

/// websocket.receive: one whole message; text is valid UTF-8.
struct Receive {
    Receive() = default;
    Receive(MessageKind message_kind, std::string message) : kind(message_kind), data(std::move(message)) {}
    bool is_text() const noexcept { return kind == MessageKind::text; }
    MessageKind kind = MessageKind::text;
    std::string data;
};

/// websocket.disconnect, http.disconnect: the last event, exactly once. 1005 = closed without a code, 1006 =
/// vanished.
struct Disconnect {
    explicit Disconnect(CloseCode close_code, std::string close_reason = {})
        : code(close_code), reason(std::move(close_reason)) {}
    CloseCode code;
    std::string reason;
};

/// http.request: a piece of the request's body; the last one has `more == false`.
struct HttpBody {
    HttpBody(std::string body, bool more_follows) : bytes(std::move(body)), more(more_follows) {}
    std::string bytes;
    bool more;
};

using Event = std::variant<Connect, Receive, Disconnect, HttpBody, SharedMessage>;

/// websocket.accept
struct Accept {
    explicit Accept(std::string chosen_subprotocol = {}, Headers response_headers = {})
        : subprotocol(std::move(chosen_subprotocol)), headers(std::move(response_headers)) {}
    std::string subprotocol;  ///< one that the client offered, or empty for none
    Headers headers;          ///< added to the 101
};

/// websocket.send
struct Send {
    Send(MessageKind message_kind, std::string message) : kind(message_kind), data(std::move(message)) {}
    MessageKind kind;
    std::string data;
};

/// websocket.send of a layer message's JSON text, framed once for all its receivers.
struct SendShared {
    explicit SendShared(SharedMessage shared_message) : message(std::move(shared_message)) {}
    SharedMessage message;
};

/// websocket.close: before accept the handshake is answered with 403 whatever the code.
struct Close {
    explicit Close(CloseCode close_code = CloseCode::normal, std::string close_reason = {})
        : code(close_code), reason(std::move(close_reason)) {}
    CloseCode code;
    std::string reason;
};

/// http.response.start. On a WebSocket scope before accept: denies the handshake with this status (ASGI's
/// denial response).
struct ResponseStart {
    explicit ResponseStart(int response_status, Headers response_headers = {})
        : status(response_status), headers(std::move(response_headers)) {}
    int status;
    Headers headers;
};

/// http.response.body: the last piece has `more == false`.
struct ResponseBody {
    explicit ResponseBody(std::string body, bool more_follows = false)
        : bytes(std::move(body)), more(more_follows) {}
    std::string bytes;
    bool more;
};

using Command = std::variant<Accept, Send, SendShared, Close, ResponseStart, ResponseBody>;

/// What became of a Command. `queued`: accepted, but the peer reads slower than we write. `closed`: the
/// connection is gone or closing; nothing was sent, which is no error of the application. It may be left
/// unread (what is awaited, SendAwaiter, may not).
enum class SendResult : std::uint8_t { sent, queued, closed };

}  // namespace zanhu
