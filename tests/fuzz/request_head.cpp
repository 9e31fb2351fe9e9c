// A request's head: cut anywhere it gives the same result as in one piece, and never holds more than its
// limit.
#include "core/http/request_head.h"

#include <string>
#include <utility>

#include "tests/fuzz/target.h"

namespace {

using zanhu::http::HeadParser;
using zanhu::http::HeadResult;

struct Outcome {
    HeadResult::Kind kind = HeadResult::Kind::need_more;
    int status = 0;
    std::size_t consumed = 0;
    std::string path;
};

template <class Next>
Outcome read(Next next) {
    HeadParser parser;
    Outcome outcome;
    for (std::string_view piece = next(); !piece.empty(); piece = next()) {
        std::size_t consumed = 0;
        const HeadResult result = parser.feed(piece, consumed);
        outcome.kind = result.kind;
        outcome.status = result.status;
        zanhu::fuzz::require(parser.buffered() <= zanhu::http::HeadLimits().max_size);
        if (result.is_error()) return outcome;
        zanhu::fuzz::require(consumed <= piece.size());
        outcome.consumed += consumed;
        if (result.kind == HeadResult::Kind::complete) {
            outcome.path = parser.take().path;
            return outcome;
        }
    }
    return outcome;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    zanhu::fuzz::Pieces pieces(zanhu::fuzz::text_of(data, size));
    std::string_view whole = pieces.whole();
    const Outcome at_once = read([&whole] { return std::exchange(whole, std::string_view()); });
    const Outcome cut = read([&pieces] { return pieces.next(); });
    zanhu::fuzz::require(at_once.kind == cut.kind && at_once.status == cut.status &&
                         at_once.path == cut.path);
    if (at_once.kind == HeadResult::Kind::complete) zanhu::fuzz::require(at_once.consumed == cut.consumed);
    return 0;
}
