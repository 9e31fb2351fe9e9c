// A client's frames: cut anywhere they give the same items as in one piece, in place or kept, and no message
// is larger than its limit or not UTF-8.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/ws/kept_payload.h"
#include "core/ws/message_reader.h"
#include "core/ws/utf8.h"
#include "tests/fuzz/target.h"

namespace {

using zanhu::ws::Item;

struct Seen {
    Item::Kind kind;
    zanhu::CloseCode code;
    std::string payload;
    bool operator==(const Seen&) const = default;
};

zanhu::ws::Limits limits() {
    zanhu::ws::Limits limits;
    limits.max_message_size = 4096;
    limits.max_fragments = 64;
    return limits;
}

std::vector<Seen> read(const std::function<std::string_view()>& next, bool keeps = false) {
    zanhu::ws::MessageReader reader(limits());
    std::vector<Seen> seen;
    for (std::string_view piece = next(); !piece.empty(); piece = next()) {
        std::string bytes(piece);
        std::span<char> input(bytes);
        zanhu::ws::KeptPayload kept(&bytes);
        const auto next_item = [&] { return reader.next(input, nullptr, keeps ? &kept : nullptr); };
        for (Item item = next_item(); item.kind != Item::need_more; item = next_item()) {
            zanhu::fuzz::require(item.payload.size() <= limits().max_message_size);
            if (item.kind == Item::text) zanhu::fuzz::require(zanhu::ws::is_valid_utf8(item.payload));
            if (item.kind == Item::close) zanhu::fuzz::require(zanhu::ws::is_valid_utf8(item.reason));
            seen.push_back(
                Seen{item.kind,
                     item.code,
                     kept.holds(item.payload) ? kept.take(item.payload) : std::string(item.payload)});
        }
        zanhu::fuzz::require(input.empty());
    }
    return seen;
}

/// The whole in two pieces, the first of `length` bytes, or in one when that is 0.
std::function<std::string_view()> cut_at(std::string_view whole, std::size_t length = 0) {
    return [whole, length]() mutable {
        const std::string_view piece = length == 0 ? whole : whole.substr(0, std::exchange(length, 0));
        whole.remove_prefix(piece.size());
        return piece;
    };
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    zanhu::fuzz::Pieces pieces(zanhu::fuzz::text_of(data, size));
    const std::string_view whole = pieces.whole();
    const auto at_once = read(cut_at(whole));
    const std::size_t first = size == 0 ? 0 : data[0] % 16;
    zanhu::fuzz::require(at_once == read(cut_at(whole), true));
    zanhu::fuzz::require(at_once == read(cut_at(whole, first), true));
    zanhu::fuzz::require(at_once == read([&pieces] { return pieces.next(); }));
    return 0;
}
