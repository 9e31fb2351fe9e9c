#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace zanhu::ws {

/// Checks UTF-8 (RFC 3629) that arrives in pieces cut anywhere. One byte of state; a plain value, one per
/// text message, used by the thread that owns the message.
class Utf8Validator {
public:
    /// Takes the next piece. False as soon as a byte is seen that no valid text can hold at its place
    /// (overlong forms, surrogates and values over U+10FFFF at their second byte); false for ever after.
    [[nodiscard]] bool feed(std::string_view bytes) noexcept;
    /// Whether the text may end here: nothing was wrong and no character is half there.
    [[nodiscard]] bool finished() const noexcept { return state_ == k_accept; }

    static constexpr std::uint8_t k_accept = 6;

private:
    std::uint8_t state_ = k_accept;
};

[[nodiscard]] bool is_valid_utf8(std::string_view bytes) noexcept;

/// The length of the longest prefix of at most `limit` bytes that is made of whole, valid characters.
[[nodiscard]] std::size_t utf8_prefix(std::string_view bytes, std::size_t limit) noexcept;

}  // namespace zanhu::ws
