#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <zanhu/close_code.h>

namespace zanhu::ws {

/// RFC 6455 5.5: a control frame's payload, and with it code and reason of a close frame.
inline constexpr std::size_t k_max_control_payload = 125;
inline constexpr std::size_t k_max_close_reason = k_max_control_payload - 2;

/// What a peer's close frame says. `error` is CloseCode::normal when the payload is in order, else the code
/// to fail the connection with; `reason` then says what was wrong (static text), else it is a view into the
/// payload.
struct ClosePayload {
    CloseCode code = CloseCode::no_status;
    CloseCode error = CloseCode::normal;
    std::string_view reason;
};

/// Reads the (unmasked) payload of a close frame: empty, or a code that may be sent and a UTF-8 reason.
[[nodiscard]] ClosePayload parse_close_payload(std::string_view payload) noexcept;

/// The payload of a close frame: empty for CloseCode::no_status, else the code and as many whole UTF-8
/// characters of the reason as fit. What is not UTF-8 is cut off, since a peer would fail on it.
/// REQUIRES: may_be_sent(code) or no_status.
[[nodiscard]] std::string close_payload(CloseCode code, std::string_view reason = {});

/// The word for a log line, such as "going away"; "application code" for 4000-4999 without a name of its own.
[[nodiscard]] std::string_view close_code_name(CloseCode code) noexcept;

}  // namespace zanhu::ws
