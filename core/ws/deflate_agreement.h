#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/ws/field_value.h"

namespace zanhu::ws {

/// RFC 7692 7.1.2: a window is 2^8 to 2^15 bytes; without a word about it 2^15.
inline constexpr unsigned k_min_window_bits = 8;
inline constexpr unsigned k_max_window_bits = 15;

/// What permessage-deflate comes to between the two sides of a connection, and likewise the most that a
/// server is willing to agree on. A plain value.
struct DeflateParameters {
    std::uint8_t server_max_window_bits = k_max_window_bits;  ///< of what the server compresses
    std::uint8_t client_max_window_bits = k_max_window_bits;  ///< of what the client compresses
    bool server_no_context_takeover = true;  ///< every message of the server stands for itself
    bool client_no_context_takeover = true;  ///< every message of the client does

    /// Whether either side may refer to its earlier messages.
    [[nodiscard]] constexpr bool takes_over() const noexcept {
        return !server_no_context_takeover || !client_no_context_takeover;
    }
    bool operator==(const DeflateParameters&) const = default;
};

/// The accepted offer of a client.
struct DeflateAgreement {
    DeflateParameters parameters;
    std::string response;  ///< the value of Sec-WebSocket-Extensions in the 101
};

/// Accepts the first offer, in the client's order of preference, that is permessage-deflate with parameters
/// as RFC 7692 7.1 has them: known, each once, with a value where one belongs and none elsewhere, windows
/// from 8 to 15 without a leading zero. An offer that is not is passed over; none: nothing is agreed on and
/// the connection goes on without. The result never asks more of the server than `willing` does.
[[nodiscard]] std::optional<DeflateAgreement> agree_on_deflate(std::span<const Extension> offers,
                                                               const DeflateParameters& willing);

}  // namespace zanhu::ws
