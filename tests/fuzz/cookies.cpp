// Cookies and forms: whatever a browser or somebody else sends.
#include <zanhu/cookies.h>
#include <zanhu/forms.h>

#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = zanhu::fuzz::text_of(data, size);
    const zanhu::Cookies cookies(text);
    zanhu::fuzz::require(!cookies.contains("a") || cookies.find("a")->size() <= text.size());
    if (const auto form = zanhu::parse_urlencoded(text)) {
        const auto value = form->find("a");
        if (value) zanhu::fuzz::require(zanhu::is_utf8(*value));
    }
    const std::string escaped = zanhu::html_escape(text);
    zanhu::fuzz::require(escaped.find_first_of("<>\"'") == std::string::npos);
    return 0;
}
