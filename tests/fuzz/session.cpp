// A session row: nothing that is not signed with our key is ever read, and what is encoded is read back.
#include <string>

#include "core/django/session_codec.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const zanhu::django::SessionCodec ours("exp-secret-key-0123456789");
    static const zanhu::django::SessionCodec theirs("another-secret-0123456789");
    const std::string_view text = zanhu::fuzz::text_of(data, size);
    const auto decoded = ours.decode(text);
    zanhu::fuzz::require(!decoded || !theirs.decode(text));
    if (const auto json = zanhu::parse_json(text)) {
        const auto* map = json->as<zanhu::ValueMap>();
        if (map != nullptr) zanhu::fuzz::require(ours.decode(ours.encode(*map, 1700000000)) == *map);
    }
    return 0;
}
