// Compressed messages of a client: cut anywhere they give the same items as in one piece, and no message is
// larger than its limit or not UTF-8 (but for a client that takes its context over and refers further back
// than was agreed on: zlib notices that at the border of two pieces only); what is compressed for a client
// inflates to what it was. The first byte says what was agreed on, and whether the rest is frames or the
// payload of one message.
#include "core/ws/deflate.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/ws/message_reader.h"
#include "core/ws/utf8.h"
#include "tests/fuzz/target.h"

namespace {

using namespace zanhu::ws;
using zanhu::fuzz::require;

constexpr std::size_t k_limit = 4096;

struct Seen {
    Item::Kind kind;
    zanhu::CloseCode code;
    std::string payload;
    bool operator==(const Seen&) const = default;
};

DeflateOptions options() {
    DeflateOptions options;
    options.threshold = 1;
    options.max_unfinished = 4 * k_limit;
    return options;
}

DeflateParameters parameters(unsigned bits) {
    const auto window = static_cast<std::uint8_t>(k_min_window_bits + (bits & 7));
    return DeflateParameters{window, window, (bits & 8) != 0, (bits & 8) != 0};
}

/// Reads `bytes` in pieces of which the first says how long they are.
std::vector<Seen> read(std::string_view bytes, std::string_view cuts, const DeflateParameters& agreed) {
    DeflatePool pool(options());
    Deflate deflate(pool, agreed);
    MessageReader reader(Limits{.max_message_size = k_limit, .max_frame_size = 0, .max_fragments = 64});
    std::vector<Seen> seen;
    for (std::size_t turn = 0; !bytes.empty(); ++turn) {
        const std::size_t size = cuts.empty()
                                     ? bytes.size()
                                     : std::size_t{1} + static_cast<unsigned char>(cuts[turn % cuts.size()]);
        std::string piece(bytes.substr(0, size));
        bytes.remove_prefix(piece.size());
        std::span<char> input(piece);
        for (Item item = reader.next(input, &deflate); item.kind != Item::need_more;
             item = reader.next(input, &deflate)) {
            require(item.payload.size() <= k_limit);
            if (item.kind == Item::text) require(is_valid_utf8(item.payload));
            seen.push_back(Seen{item.kind, item.code, std::string(item.payload)});
        }
        require(input.empty() && pool.unfinished_bytes() <= 4 * k_limit);
        if (turn % 3 == 0) pool.sweep();
    }
    return seen;
}

void require_same_however_cut(std::string_view bytes,
                              std::string_view cuts,
                              const DeflateParameters& agreed) {
    const auto at_once = read(bytes, {}, agreed);
    const auto cut = read(bytes, cuts, agreed);
    const bool exact =
        agreed.client_no_context_takeover || agreed.client_max_window_bits == k_max_window_bits;
    require(at_once == cut || !exact);
}

std::string in_fragments(std::string_view payload) {
    constexpr std::uint32_t k_key = 0x01020304;
    const std::size_t half = payload.size() / 2;
    return encode_client_frame(Opcode::binary, payload.substr(0, half), k_key, false, true) +
           encode_client_frame(Opcode::ping, "between", k_key) +
           encode_client_frame(Opcode::continuation, payload.substr(half), k_key);
}

void require_round_trip(std::string_view message, const DeflateParameters& agreed) {
    DeflatePool pool(options());
    Deflate server(pool, agreed);
    Deflate client(pool, agreed);
    for (int i = 0; i < 3; ++i) {
        const std::string_view frame = server.compress(Opcode::binary, message);
        if (frame.empty()) continue;
        const std::size_t header = frame.size() < 2 + 126 ? 2 : frame.size() < 4 + 65536 ? 4 : 10;
        PieceBuffer out;
        Inflation inflation(client);
        require(inflation.feed(frame.substr(header), out, message.size()) == InflateStatus::done);
        require(inflation.finish() == InflateStatus::done && out.view() == message);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned choice = data[0];
    const std::string_view rest = zanhu::fuzz::text_of(data, size).substr(1);
    const DeflateParameters agreed = parameters(choice);
    if ((choice & 0x10) != 0) {
        const std::string bytes = in_fragments(rest);
        require_same_however_cut(bytes, rest, agreed);
        require_round_trip(rest, agreed);
    } else {
        const std::string_view bytes = rest.substr(rest.size() / 2);
        require_same_however_cut(bytes, rest.substr(0, rest.size() / 2), agreed);
    }
    return 0;
}
