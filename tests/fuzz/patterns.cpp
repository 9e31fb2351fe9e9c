// Patterns of paths: the first line is a path() pattern, or a re_path() one behind a `~`; the rest is the
// path.
#include <string>

#include <zanhu/errors.h>
#include <zanhu/url_pattern.h>

#include "tests/fuzz/target.h"

namespace {

using zanhu::UrlPattern;

void match(const UrlPattern& pattern, std::string_view path, UrlPattern::Extent extent, bool whole) {
    zanhu::UrlRoute route;
    std::string_view rest = "unset";
    const bool matched = pattern.match(path, extent, route, rest);
    if (matched) {
        zanhu::fuzz::require(path.ends_with(rest));
        zanhu::fuzz::require(!whole || rest.empty());
        zanhu::fuzz::require(route.args.empty() || route.kwargs.empty());
    } else {
        zanhu::fuzz::require(rest == "unset" && route.args.empty() && route.kwargs.empty());
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = zanhu::fuzz::text_of(data, size);
    const std::size_t end = text.find('\n');
    const std::string_view written = text.substr(0, end);
    const std::string_view path = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const bool regex = written.starts_with('~');
    try {
        const UrlPattern pattern = regex ? zanhu::re_path(written.substr(1)) : zanhu::path(written);
        match(pattern, path, UrlPattern::Extent::prefix, false);
        match(pattern, path, UrlPattern::Extent::endpoint, !regex);
    } catch (const zanhu::ConfigError& error) {
        zanhu::fuzz::require(error.what() != std::string_view());
    }
    return 0;
}
