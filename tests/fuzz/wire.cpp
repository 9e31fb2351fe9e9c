// Messages of a channel layer: what is read can be written, and what is written reads as the same.
#include "core/layer/wire.h"

#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace zanhu::layer;
    const auto fields = read_wire(Format::msgpack, zanhu::fuzz::text_of(data, size));
    if (!fields || fields->find(k_channel_key) != nullptr) return 0;
    const std::string bytes = WireBody(Format::msgpack, *fields).with();
    const auto again = read_wire(Format::msgpack, bytes);
    zanhu::fuzz::require(again && WireBody(Format::msgpack, *again).with() == bytes);
    return 0;
}
