// A configuration file, INI and JSON: problems are said, never thrown, and every entry has a section and a
// key.
#include <string>

#include "core/settings/document.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(zanhu::fuzz::text_of(data, size));
    for (const char* name : {"fuzz.ini", "fuzz.json"}) {
        zanhu::settings::Problems problems;
        const auto document = zanhu::settings::parse_document(name, text, {}, problems);
        for (const auto& entry : document.entries) {
            zanhu::fuzz::require(!entry.section.empty() && !entry.key.empty());
        }
    }
    return 0;
}
