#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ws/message_reader.h"

// A second, plain implementation of the client's side, byte by byte as RFC 6455 5.2 and 5.3 describe it.
namespace zanhu::ws::wire {

enum class Form { shortest, in_16_bits, in_64_bits };

inline void put_number(std::string& out, std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i)
        out += static_cast<char>((value >> (8 * i)) & 0xFF);
}

/// First byte, length and masking key; `announced` may differ from what follows.
inline std::string header(unsigned first,
                          std::uint64_t announced,
                          std::string_view key = "\x1d\xa2\x03\xf4",
                          Form form = Form::shortest) {
    std::string out(1, static_cast<char>(first));
    if (form == Form::shortest && announced < 126) {
        out += static_cast<char>(0x80 | announced);
    } else if (form == Form::in_16_bits || (form == Form::shortest && announced < 65536)) {
        out += static_cast<char>(0x80 | 126);
        put_number(out, announced, 2);
    } else {
        out += static_cast<char>(0x80 | 127);
        put_number(out, announced, 8);
    }
    return out.append(key);
}

inline std::string masked(std::string_view payload, std::string_view key) {
    std::string out(payload);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<char>(out[i] ^ key[i % 4]);
    return out;
}

inline std::string frame(unsigned first,
                         std::string_view payload = {},
                         std::string_view key = "\x1d\xa2\x03\xf4",
                         Form form = Form::shortest) {
    return header(first, payload.size(), key, form) + masked(payload, key);
}

inline std::string code_bytes(unsigned code) {
    std::string out;
    put_number(out, code, 2);
    return out;
}

inline std::string describe(const Item& item) {
    const std::string payload(item.payload);
    const std::string code = std::to_string(static_cast<unsigned>(item.code));
    switch (item.kind) {
        case Item::need_more:
            return {};
        case Item::text:
            return "text(" + payload + ") ";
        case Item::binary:
            return "binary(" + payload + ") ";
        case Item::ping:
            return "ping(" + payload + ") ";
        case Item::pong:
            return "pong(" + payload + ") ";
        case Item::close:
            return "close " + code + "(" + std::string(item.reason) + ") ";
        case Item::error:
            return "error " + code + (item.reason.empty() ? " without a reason" : "") + " ";
    }
    return "unknown ";
}

/// Gives `bytes` to the reader in a block of memory of just that size and says what came of it.
inline std::string feed(MessageReader& reader, std::string_view bytes, Deflate* deflate = nullptr) {
    std::vector<char> block(bytes.begin(), bytes.end());
    std::span<char> input(block);
    std::string seen;
    while (true) {
        const Item item = reader.next(input, deflate);
        if (item.kind == Item::need_more) return input.empty() ? seen : seen + "input left ";
        seen += describe(item);
    }
}

/// The same for a new reader, with pieces of the sizes that `next_size` gives.
inline std::string read_in_pieces(const Limits& limits,
                                  std::string_view bytes,
                                  const std::function<std::size_t()>& next_size) {
    MessageReader reader(limits);
    std::string seen;
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, next_size());
        seen += feed(reader, piece);
        bytes.remove_prefix(piece.size());
    }
    return seen;
}

inline std::string read_whole(const Limits& limits, std::string_view bytes) {
    return read_in_pieces(limits, bytes, [&bytes] { return bytes.size(); });
}

}  // namespace zanhu::ws::wire
