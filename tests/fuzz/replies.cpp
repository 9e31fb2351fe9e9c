// Replies of Redis: how they are cut does not matter.
#include <string>

#include "core/redis/reply_reader.h"
#include "tests/fuzz/target.h"

namespace {

using zanhu::redis::Reply;
using zanhu::redis::ReplyReader;

struct Outcome {
    std::size_t replies = 0;
    std::string last;
    bool error = false;
    bool operator==(const Outcome&) const = default;
};

void feed(ReplyReader& reader, std::string_view bytes, Outcome& outcome) {
    for (;;) {
        Reply reply;
        const auto step = reader.next(bytes, reply);
        outcome.error = step == ReplyReader::Step::error;
        if (step != ReplyReader::Step::reply) return;
        ++outcome.replies;
        outcome.last = reply.text();
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    zanhu::fuzz::Pieces pieces(zanhu::fuzz::text_of(data, size));
    ReplyReader at_once(4096);
    Outcome expected;
    feed(at_once, pieces.whole(), expected);
    ReplyReader in_pieces(4096);
    Outcome outcome;
    while (!pieces.empty())
        feed(in_pieces, pieces.next(), outcome);
    zanhu::fuzz::require(outcome == expected);
    return 0;
}
