// A PROXY header: cut anywhere it gives the same result as in one piece, and takes no byte that comes behind
// it.
#include "core/http/proxy_header.h"

#include <string>
#include <utility>

#include "tests/fuzz/target.h"

namespace {

using zanhu::http::ProxyHeaderReader;

struct Outcome {
    ProxyHeaderReader::State state = ProxyHeaderReader::State::need_more;
    std::size_t consumed = 0;
    std::string ends;
};

template <class Next>
Outcome read(Next next) {
    ProxyHeaderReader reader;
    Outcome outcome;
    for (std::string_view piece = next(); !piece.empty(); piece = next()) {
        std::size_t consumed = 0;
        outcome.state = reader.feed(piece, consumed);
        zanhu::fuzz::require(consumed <= piece.size());
        outcome.consumed += consumed;
        zanhu::fuzz::require(outcome.consumed <= ProxyHeaderReader::k_max_size);
        if (outcome.state != ProxyHeaderReader::State::need_more) break;
        zanhu::fuzz::require(consumed == piece.size());
    }
    if (const auto& ends = reader.ends()) {
        zanhu::fuzz::require(outcome.state == ProxyHeaderReader::State::done);
        outcome.ends = ends->client.address + ' ' + std::to_string(ends->client.port) + ' ' +
                       ends->server.address + ' ' + std::to_string(ends->server.port);
    }
    return outcome;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    zanhu::fuzz::Pieces pieces(zanhu::fuzz::text_of(data, size));
    std::string_view whole = pieces.whole();
    const Outcome at_once = read([&whole] { return std::exchange(whole, std::string_view()); });
    const Outcome cut = read([&pieces] { return pieces.next(); });
    zanhu::fuzz::require(at_once.state == cut.state && at_once.consumed == cut.consumed &&
                         at_once.ends == cut.ends);
    return 0;
}
