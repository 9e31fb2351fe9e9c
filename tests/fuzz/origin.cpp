// Origin patterns and hosts: the first line is the pattern, the second the origin.
#include <optional>
#include <string>

#include <zanhu/origin_patterns.h>

#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = zanhu::fuzz::text_of(data, size);
    const std::size_t end = text.find('\n');
    const std::string pattern(text.substr(0, end));
    const std::string_view origin = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const zanhu::OriginPatterns patterns({pattern});
    const bool allowed = patterns.allows(origin);
    zanhu::fuzz::require(pattern != "*" || allowed);
    zanhu::fuzz::require(pattern == "*" || !patterns.allows(std::nullopt));
    zanhu::fuzz::require(!zanhu::host_allowed(origin, {}));
    (void)zanhu::host_allowed(origin, {pattern});
    return 0;
}
