#include "core/ws/close_code.h"

#include <cassert>

#include "core/ws/utf8.h"

namespace zanhu::ws {

ClosePayload parse_close_payload(std::string_view payload) noexcept {
    if (payload.empty()) return {};
    if (payload.size() == 1) {
        return {CloseCode::no_status,
                CloseCode::protocol_error,
                "close frame of one byte: send no payload or a two-byte code"};
    }
    const auto high = static_cast<unsigned char>(payload[0]);
    const auto low = static_cast<unsigned char>(payload[1]);
    const auto code = static_cast<CloseCode>(high << 8 | low);
    if (!may_be_sent(code)) {
        return {code,
                CloseCode::protocol_error,
                "close code may not be sent: use 1000-1003, 1007-1014 or 3000-4999"};
    }
    const std::string_view reason = payload.substr(2);
    if (!is_valid_utf8(reason)) return {code, CloseCode::invalid_payload, "close reason is not UTF-8"};
    return {code, CloseCode::normal, reason};
}

std::string close_payload(CloseCode code, std::string_view reason) {
    assert(may_be_sent(code) || code == CloseCode::no_status);
    std::string payload;
    if (code == CloseCode::no_status) return payload;
    const std::size_t length = utf8_prefix(reason, k_max_close_reason);
    payload.reserve(2 + length);
    payload.push_back(static_cast<char>(static_cast<std::uint16_t>(code) >> 8));
    payload.push_back(static_cast<char>(static_cast<std::uint16_t>(code) & 0xFF));
    payload.append(reason.substr(0, length));
    return payload;
}

std::string_view close_code_name(CloseCode code) noexcept {
    switch (code) {
        case CloseCode::normal:
            return "normal";
        case CloseCode::going_away:
            return "going away";
        case CloseCode::protocol_error:
            return "protocol error";
        case CloseCode::unsupported_data:
            return "unsupported data";
        case CloseCode::no_status:
            return "no status";
        case CloseCode::abnormal:
            return "abnormal";
        case CloseCode::invalid_payload:
            return "invalid payload";
        case CloseCode::policy_violation:
            return "policy violation";
        case CloseCode::message_too_big:
            return "message too big";
        case CloseCode::mandatory_extension:
            return "mandatory extension";
        case CloseCode::internal_error:
            return "internal error";
        case CloseCode::service_restart:
            return "service restart";
        case CloseCode::try_again_later:
            return "try again later";
        case CloseCode::session_ended:
            return "session ended";
    }
    const auto value = static_cast<std::uint16_t>(code);
    if (value >= 4000 && value <= 4999) return "application code";
    return may_be_sent(code) ? "registered code" : "invalid code";
}

}  // namespace zanhu::ws
