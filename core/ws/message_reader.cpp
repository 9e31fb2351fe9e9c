#include "core/ws/message_reader.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "core/ws/deflate.h"
#include "core/ws/frame_header.h"
#include "core/ws/kept_payload.h"
#include "core/ws/piece_buffer.h"
#include "core/ws/utf8.h"

namespace zanhu::ws {

/// What a message or a control frame needs while it is in pieces. A control frame between fragments is put
/// behind the message's bytes and cut off again.
struct MessageReader::Pieces {
    PieceBuffer bytes;
    std::uint64_t frame_left = 0;   ///< payload bytes of the current frame that have not arrived
    std::size_t frame_begin = 0;    ///< where the current frame's payload begins in `bytes`
    std::size_t key_offset = 0;     ///< payload bytes of the current frame that have arrived
    std::uint32_t key = 0;          ///< of the current frame
    std::uint32_t fragments = 0;    ///< data frames begun; 0: no data message is open
    Opcode message = Opcode::text;  ///< the kind of the open data message
    Opcode frame = Opcode::text;    ///< the current frame's
    bool frame_open = false;        ///< inside of a frame
    bool fin = false;               ///< the current frame's
    bool taken = false;             ///< all was given out: to be freed by the next call
    Utf8Validator utf8;
    std::optional<Inflation> inflation;  ///< of a compressed data message
};

namespace {

constexpr Item::Kind kind_of(Opcode opcode) noexcept {
    switch (opcode) {
        case Opcode::text:
            return Item::text;
        case Opcode::ping:
            return Item::ping;
        case Opcode::pong:
            return Item::pong;
        default:
            return Item::binary;
    }
}

constexpr std::string_view k_not_utf8 = "text is not UTF-8";

// RSV1 marks the first frame of a compressed message (RFC 7692 7.2.3.1).
constexpr std::uint8_t k_rsv1 = 4;

constexpr bool is_compressed(const FrameHeader& header) noexcept {
    return (header.reserved & k_rsv1) != 0;
}

// What does not get smaller gets larger: zlib takes 9 bits for a byte at worst, and others may do with less
// care. A compressed payload is not kept, so that this costs no memory.
constexpr std::size_t largest_compressed(std::size_t size) noexcept {
    constexpr std::size_t k_blocks = 64;
    return size + size / 4 + k_blocks;
}

std::string_view reserved_bits_error(const FrameHeader& header, bool deflate) noexcept {
    if (header.reserved == 0) return {};
    if (!deflate) return "reserved bit set: no extension was agreed on";
    if (header.reserved != k_rsv1) return "reserved bit set: permessage-deflate uses RSV1 only";
    if (is_control(header.opcode)) return "RSV1 in a control frame: those are never compressed";
    if (header.opcode == Opcode::continuation) {
        return "RSV1 in a continuation: it belongs to a message's first frame";
    }
    return {};
}

constexpr std::string_view k_message_too_big = "message too big: send smaller messages";
constexpr std::string_view k_not_deflate = "compressed message is no deflate data (RFC 7692)";

}  // namespace

MessageReader::MessageReader(const Limits& limits)
    : max_message_size_(limits.max_message_size),
      max_frame_size_(limits.max_frame_size == 0 ? limits.max_message_size
                                                 : std::min(limits.max_frame_size, limits.max_message_size)),
      max_fragments_(std::max(limits.max_fragments, 1U)) {}
MessageReader::~MessageReader() = default;
MessageReader::MessageReader(MessageReader&&) noexcept = default;
MessageReader& MessageReader::operator=(MessageReader&&) noexcept = default;

Item MessageReader::next(std::span<char>& input, Deflate* deflate, KeptPayload* kept) {
    constexpr std::size_t k_header = 6;
    if (input.empty() && pieces_ == nullptr) return {};  // nothing came behind the last message
    // Most of what a busy server reads is a small whole message: no state is touched for it.
    if (pieces_ == nullptr && held_ == 0 && input.size() >= k_header) [[likely]] {
        const auto first = static_cast<unsigned char>(input[0]);
        const std::size_t length = static_cast<unsigned char>(input[1]) - std::size_t{0x80};
        if ((first == 0x81 || first == 0x82) && length < 126 && length <= max_frame_size_ &&
            length <= input.size() - k_header) [[likely]] {
            std::uint32_t key;
            std::memcpy(&key, input.data() + 2, sizeof key);
            char* const payload = input.data() + k_header;
            const bool ascii = unmask(payload, length, key, 0);
            if (ascii || first == 0x82 || is_valid_utf8({payload, length})) [[likely]] {
                input = input.subspan(k_header + length);
                return {
                    first == 0x81 ? Item::text : Item::binary, CloseCode::no_status, {payload, length}, {}};
            }
            return fail(input, {CloseCode::invalid_payload, k_not_utf8});
        }
    }
    return next_frame(input, deflate, kept);
}

Item MessageReader::next_frame(std::span<char>& input, Deflate* deflate, KeptPayload* kept) {
    if (held_ == k_ended) {
        pieces_.reset();
        input = {};
        return {};
    }
    if (pieces_ != nullptr && pieces_->taken) pieces_.reset();
    while (true) {
        if (pieces_ != nullptr && pieces_->frame_open) {
            const Item item = continue_frame(input);
            if (item.kind != Item::need_more || pieces_->frame_open) return item;
        }
        FrameHeader header;
        Violation violation{CloseCode::protocol_error, {}};
        const HeaderStatus status = take_header(input, header, violation.reason);
        if (status == HeaderStatus::incomplete) return {};
        if (status == HeaderStatus::complete) violation = check_frame(header, deflate);
        if (!violation.reason.empty()) return fail(input, violation);

        const bool alone = is_control(header.opcode) || (header.fin && header.opcode != Opcode::continuation);
        if (alone && header.length <= input.size()) {
            const std::span<char> payload = input.first(header.length);
            input = input.subspan(header.length);
            const bool keeps = kept != nullptr && header.length >= k_large && !is_compressed(header);
            char* const to = keeps ? kept->room_for(payload, input.empty()) : payload.data();
            const bool ascii = unmask_into(to, payload.data(), payload.size(), header.key, 0);
            if (is_compressed(header)) return inflate_whole(input, header.opcode, payload, *deflate);
            const std::string_view whole(to, payload.size());
            const bool utf8 = ascii || header.opcode != Opcode::text || is_valid_utf8(whole);
            return finish(input, header.opcode, whole, utf8);
        }
        start_frame(header, deflate);
    }
}

HeaderStatus MessageReader::take_header(std::span<char>& input,
                                        FrameHeader& header,
                                        std::string_view& error) noexcept {
    if (held_ == 0) {
        const HeaderStatus status = parse_client_header({input.data(), input.size()}, header, error);
        if (status == HeaderStatus::complete) input = input.subspan(header.size);
        if (status != HeaderStatus::incomplete) return status;
        std::copy(input.begin(), input.end(), header_);
        held_ = static_cast<std::uint8_t>(input.size());
        input = {};
        return status;
    }
    while (!input.empty()) {
        header_[held_++] = input.front();
        input = input.subspan(1);
        const HeaderStatus status = parse_client_header({header_, held_}, header, error);
        if (status == HeaderStatus::incomplete) continue;
        held_ = 0;
        return status;
    }
    return HeaderStatus::incomplete;
}

MessageReader::Violation MessageReader::check_frame(const FrameHeader& header,
                                                    const Deflate* deflate) const noexcept {
    const std::string_view error = reserved_bits_error(header, deflate != nullptr);
    if (!error.empty()) return {CloseCode::protocol_error, error};
    if (is_control(header.opcode)) return {};
    const Violation violation = check_sequence(header);
    return violation.reason.empty() ? check_sizes(header) : violation;
}

MessageReader::Violation MessageReader::check_sequence(const FrameHeader& header) const noexcept {
    const bool open = pieces_ != nullptr;
    if (header.opcode == Opcode::continuation && !open) {
        return {CloseCode::protocol_error, "continuation without a message: begin with text or binary"};
    }
    if (header.opcode != Opcode::continuation && open) {
        return {CloseCode::protocol_error, "new message inside of one in fragments: finish that one first"};
    }
    return {};
}

MessageReader::Violation MessageReader::check_sizes(const FrameHeader& header) const noexcept {
    const bool open = pieces_ != nullptr;
    const bool compressed = open ? pieces_->inflation.has_value() : is_compressed(header);
    if (header.length > (compressed ? largest_compressed(max_frame_size_) : max_frame_size_)) {
        return {CloseCode::message_too_big, "frame too big: send smaller messages"};
    }
    if (!open) return {};
    if (pieces_->fragments >= max_fragments_) {
        return {CloseCode::message_too_big, "too many fragments: send fewer and larger ones"};
    }
    if (!compressed && header.length > max_message_size_ - pieces_->bytes.size()) {
        return {CloseCode::message_too_big, k_message_too_big};
    }
    return {};
}

void MessageReader::start_frame(const FrameHeader& header, Deflate* deflate) {
    if (pieces_ == nullptr) pieces_ = std::make_unique<Pieces>();
    Pieces& pieces = *pieces_;
    pieces.frame_open = true;
    pieces.frame_left = header.length;
    pieces.frame_begin = pieces.bytes.size();
    pieces.key = header.key;
    pieces.key_offset = 0;
    pieces.frame = header.opcode;
    pieces.fin = header.fin;
    if (is_control(header.opcode)) return;
    ++pieces.fragments;
    if (header.opcode != Opcode::continuation) pieces.message = header.opcode;
    if (is_compressed(header)) pieces.inflation.emplace(*deflate);
}

// Gives need_more when the input is used up (the frame is still open then) or when a fragment has ended.
Item MessageReader::continue_frame(std::span<char>& input) {
    Pieces& pieces = *pieces_;
    const std::size_t size = std::min<std::uint64_t>(pieces.frame_left, input.size());
    const std::span<char> payload = input.first(size);
    input = input.subspan(size);
    const bool control = is_control(pieces.frame);
    const bool inflates = !control && pieces.inflation.has_value();
    const Violation violation = inflates ? inflate_payload(payload) : take_payload(payload);
    if (!violation.reason.empty()) return fail(input, violation);
    if (pieces.frame_left > 0) return {};

    pieces.frame_open = false;
    if (!control && !pieces.fin) return {};
    const std::string_view whole = pieces.bytes.view().substr(control ? pieces.frame_begin : 0);
    if (control) pieces.bytes.truncate(pieces.frame_begin);
    pieces.taken = !control || pieces.fragments == 0;
    return finish(input, control ? pieces.frame : pieces.message, whole, control || pieces.utf8.finished());
}

MessageReader::Violation MessageReader::take_payload(std::span<char> payload) {
    Pieces& pieces = *pieces_;
    const std::size_t end = pieces.bytes.size() + pieces.frame_left;
    char* const at = pieces.bytes.extend(payload.size(), pieces.fin ? end : max_message_size_);
    const bool ascii = unmask_into(at, payload.data(), payload.size(), pieces.key, pieces.key_offset);
    pieces.key_offset += payload.size();
    pieces.frame_left -= payload.size();
    const bool text = !is_control(pieces.frame) && pieces.message == Opcode::text;
    if (!text || (ascii && pieces.utf8.finished())) return {};
    if (!pieces.utf8.feed({at, payload.size()})) return {CloseCode::invalid_payload, k_not_utf8};
    return {};
}

MessageReader::Violation MessageReader::inflate_payload(std::span<char> payload) {
    Pieces& pieces = *pieces_;
    unmask(payload.data(), payload.size(), pieces.key, pieces.key_offset);
    pieces.key_offset += payload.size();
    pieces.frame_left -= payload.size();
    const std::size_t before = pieces.bytes.size();
    InflateStatus status =
        pieces.inflation->feed({payload.data(), payload.size()}, pieces.bytes, max_message_size_);
    const bool ends = pieces.frame_left == 0 && pieces.fin;
    if (status == InflateStatus::done && ends) status = pieces.inflation->finish();
    if (status == InflateStatus::too_big) return {CloseCode::message_too_big, k_message_too_big};
    if (status == InflateStatus::malformed) return {CloseCode::invalid_payload, k_not_deflate};
    if (pieces.message == Opcode::text && !pieces.utf8.feed(pieces.bytes.view().substr(before))) {
        return {CloseCode::invalid_payload, k_not_utf8};
    }
    if (!ends && !pieces.inflation->keep(pieces.bytes.capacity())) {
        return {CloseCode::try_again_later, "too many unfinished compressed messages at once"};
    }
    return {};
}

// The common case: a compressed message in one frame that lies whole in the input.
Item MessageReader::inflate_whole(std::span<char>& input,
                                  Opcode opcode,
                                  std::span<char> payload,
                                  Deflate& deflate) {
    PieceBuffer& out = deflate.pool().inflated();
    out.truncate(0);
    Inflation inflation(deflate);
    InflateStatus status = inflation.feed({payload.data(), payload.size()}, out, max_message_size_);
    if (status == InflateStatus::done) status = inflation.finish();
    if (status == InflateStatus::too_big) {
        return fail(input, {CloseCode::message_too_big, k_message_too_big});
    }
    if (status == InflateStatus::malformed) return fail(input, {CloseCode::invalid_payload, k_not_deflate});
    return finish(input, opcode, out.view(), opcode != Opcode::text || is_valid_utf8(out.view()));
}

Item MessageReader::finish(std::span<char>& input, Opcode opcode, std::string_view payload, bool utf8) {
    if (opcode == Opcode::text && !utf8) return fail(input, {CloseCode::invalid_payload, k_not_utf8});
    if (opcode != Opcode::close) return {kind_of(opcode), CloseCode::no_status, payload, {}};
    const ClosePayload close = parse_close_payload(payload);
    if (close.error != CloseCode::normal) return fail(input, {close.error, close.reason});
    held_ = k_ended;  // the payload may lie in pieces_, which the next call frees
    input = {};
    return {Item::close, close.code, {}, close.reason};
}

Item MessageReader::fail(std::span<char>& input, Violation violation) noexcept {
    held_ = k_ended;
    pieces_.reset();
    input = {};
    return {Item::error, violation.code, {}, violation.reason};
}

bool MessageReader::mid_message() const noexcept {
    if (held_ == k_ended) return false;
    return held_ != 0 || (pieces_ != nullptr && !pieces_->taken);
}

}  // namespace zanhu::ws
