#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ws/field_value.h"

namespace zanhu::ws {

/// What a WebSocket handshake needs of a request's head. Views into the head; blanks around values do no
/// harm.
struct HandshakeRequest {
    std::string_view method;
    int http_minor = 1;  ///< of HTTP/1.x
    FieldLines connection;
    FieldLines upgrade;
    FieldLines sec_websocket_version;
    FieldLines sec_websocket_key;
    FieldLines sec_websocket_protocol;
    FieldLines sec_websocket_extensions;
};

/// Whether the handshake may be accepted. A plain value; its views are into the request's fields.
struct HandshakeResult {
    int status = 101;            ///< 101: in order; else 400, 405 or 426
    std::string reason;          ///< of a refusal: one line that says what to do
    bool needs_version = false;  ///< Sec-WebSocket-Version: 13 goes with the answer
    bool needs_upgrade = false;  ///< Upgrade: websocket (and Connection: Upgrade) goes with the answer
    bool needs_allow = false;    ///< Allow: GET goes with the answer
    std::string_view key;        ///< for accept_value()
    std::vector<std::string_view> subprotocols;  ///< as offered, in the client's order
    std::vector<Extension> extensions;           ///< as offered; none is negotiated
};

/// Whether a request asks for a WebSocket at all, rightly or not: Upgrade names websocket, or Connection
/// names upgrade and there is a WebSocket version or key. Another protocol's upgrade (h2c) is plain HTTP.
[[nodiscard]] bool is_upgrade(const HandshakeRequest& request) noexcept;

/// Checks the handshake of a client, field by field (RFC 6455 4.2.1).
[[nodiscard]] HandshakeResult check_handshake(const HandshakeRequest& request);

/// The value of Sec-WebSocket-Accept for a checked key (RFC 6455 4.2.2). Throws zanhu::Error when OpenSSL has
/// no SHA-1.
[[nodiscard]] std::string accept_value(std::string_view key);

}  // namespace zanhu::ws
