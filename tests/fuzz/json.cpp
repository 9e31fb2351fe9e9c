// JSON: what is read can be written, and what is written reads as the same.
#include <zanhu/value.h>

#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto value = zanhu::parse_json(zanhu::fuzz::text_of(data, size));
    if (!value) return 0;
    const std::string text = zanhu::to_json(*value);
    const auto again = zanhu::parse_json(text);
    zanhu::fuzz::require(again && zanhu::to_json(*again) == text);
    return 0;
}
