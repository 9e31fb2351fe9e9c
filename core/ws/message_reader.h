#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/ws/close_code.h"
#include "core/ws/frame_header.h"

namespace zanhu::ws {

/// What a client may send. All are checked from a frame's header, before memory is spent on its payload.
struct Limits {
    std::size_t max_message_size = std::size_t{1} << 20;  ///< bytes of a whole message, inflated
    std::size_t max_frame_size = 0;                       ///< bytes of one data frame; 0: as max_message_size
    std::uint32_t max_fragments = 16384;                  ///< data frames of one message
};

/// What MessageReader::next() found. A plain value; its views live until the next call.
struct Item {
    enum class Kind : std::uint8_t { need_more, text, binary, ping, pong, close, error };
    using enum Kind;

    Kind kind = Kind::need_more;
    CloseCode code = CloseCode::no_status;  ///< close: the peer's code; error: the code to close with
    std::string_view payload;               ///< text, binary, ping, pong
    std::string_view reason;  ///< close: the peer's reason; error: a short text for the close frame
};

class Deflate;
class KeptPayload;

/// Turns the bytes of a client (RFC 6455 5 to 8, the server's side) into messages. Input may be cut anywhere.
/// One per connection, owned by it and used on its loop's thread only. It is small, and holds a buffer only
/// while a message or a control frame is in pieces.
class MessageReader {
public:
    explicit MessageReader(const Limits& limits);
    ~MessageReader();
    MessageReader(MessageReader&&) noexcept;
    MessageReader& operator=(MessageReader&&) noexcept;

    /// Takes bytes from the front of `input`, unmasking them in place, up to the end of one item; need_more
    /// when the input is used up. A payload points into the input when its frame lies whole in it, else into
    /// a buffer of the reader that the next call frees; so call until need_more. After close or error the
    /// input is emptied, and every further call ignores its input. Throws std::bad_alloc only.
    /// `deflate`: the connection's, the same in every call, and destroyed after the reader; null when
    /// permessage-deflate was not agreed on. What it inflates from one frame is valid until it, or another of
    /// its pool, is used again.
    /// `kept`: for a caller who keeps what is in a message; null otherwise. A data message of k_large bytes
    /// or more that lies whole in the input, uncompressed, is unmasked into its room instead of in place, and
    /// the payload points there. That room may be the front of the input: then earlier payloads are gone.
    [[nodiscard]] Item next(std::span<char>& input, Deflate* deflate = nullptr, KeptPayload* kept = nullptr);
    static constexpr std::size_t k_large = 2048;

    /// Whether the bytes so far end inside of a frame or between the fragments of a message.
    [[nodiscard]] bool mid_message() const noexcept;

private:
    struct Pieces;
    /// A broken rule: the code to close with and what to do; in order when the reason is empty.
    struct Violation {
        CloseCode code = CloseCode::normal;
        std::string_view reason;
    };

    Item next_frame(std::span<char>& input, Deflate* deflate, KeptPayload* kept);
    HeaderStatus take_header(std::span<char>& input, FrameHeader& header, std::string_view& error) noexcept;
    [[nodiscard]] Violation check_frame(const FrameHeader& header, const Deflate* deflate) const noexcept;
    [[nodiscard]] Violation check_sequence(const FrameHeader& header) const noexcept;
    [[nodiscard]] Violation check_sizes(const FrameHeader& header) const noexcept;
    void start_frame(const FrameHeader& header, Deflate* deflate);
    Item continue_frame(std::span<char>& input);
    Violation take_payload(std::span<char> payload);
    Violation inflate_payload(std::span<char> payload);
    Item inflate_whole(std::span<char>& input, Opcode opcode, std::span<char> payload, Deflate& deflate);
    Item finish(std::span<char>& input, Opcode opcode, std::string_view payload, bool utf8);
    Item fail(std::span<char>& input, Violation violation) noexcept;

    static constexpr std::uint8_t k_ended = 0xFF;

    std::unique_ptr<Pieces> pieces_;
    std::size_t max_message_size_;
    std::size_t max_frame_size_;
    std::uint32_t max_fragments_;
    std::uint8_t held_ = 0;  ///< bytes of a header in pieces; k_ended after close or error
    char header_[k_max_client_header];
};

}  // namespace zanhu::ws
