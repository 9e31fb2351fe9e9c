#pragma once

#include <cstdint>

namespace zanhu {

/// Why a WebSocket ended: RFC 6455 7.4 and the IANA registry of close codes. Any other 16-bit value may be
/// held too (an application's own code is 4000-4999). A plain value: it has no owner and may be used on any
/// thread.
enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,  ///< the server stops, or the page was left
    protocol_error = 1002,
    unsupported_data = 1003,
    no_status = 1005,  ///< never on the wire: the peer's close frame held no code
    abnormal = 1006,   ///< never on the wire: the connection ended without a close frame
    invalid_payload = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
    mandatory_extension = 1010,
    internal_error = 1011,
    service_restart = 1012,
    try_again_later = 1013,
    session_ended = 4401  ///< zanhu's own: the session ended, the account was disabled, its password changed,
                          ///< or the token expired; log in again
};

/// Whether a close frame may carry this code (RFC 6455 7.4.1 and 7.4.2). Holds for what an application sends
/// and for what a peer sends alike: a peer that sends another one has violated the protocol.
constexpr bool may_be_sent(CloseCode code) noexcept {
    const auto value = static_cast<std::uint16_t>(code);
    return (value >= 1000 && value <= 1003) || (value >= 1007 && value <= 1014) ||
           (value >= 3000 && value <= 4999);
}

}  // namespace zanhu
