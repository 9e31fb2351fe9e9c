#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/events.h>

#include "core/ws/deflate_agreement.h"

namespace zanhu::connection {

/// A refusal of a handshake that the application writes itself (ASGI's denial response), gathered until its
/// last piece.
class Denial {
public:
    /// Throws ProtocolMisuse for a status that is no refusal.
    explicit Denial(ResponseStart start);
    /// Throws ProtocolMisuse above 1 MiB: a refusal is not a download.
    void add(const ResponseBody& body);
    std::string response(std::string_view date) const;
    int status() const noexcept { return start_.status; }

private:
    ResponseStart start_;
    std::string body_;
};

/// The refusal of a handshake by the connection itself; an empty text gives an empty body.
std::string refusal(int status, std::string_view text, std::string_view date);

/// What the acceptance of a valid handshake says beside the application's own part.
struct Handshake {
    std::string accept_value;  ///< of Sec-WebSocket-Accept
    std::optional<ws::DeflateAgreement> deflate;
};

/// The 101 (RFC 6455 4.2.2). Throws ProtocolMisuse for a subprotocol that was not offered, and for a header
/// that is the connection's own affair.
std::string acceptance(const Accept& command,
                       const Handshake& handshake,
                       const std::vector<std::string>& offered,
                       std::string_view date);

}  // namespace zanhu::connection
