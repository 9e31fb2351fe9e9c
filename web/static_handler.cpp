#include "web/static_handler.h"

#include <Poco/SHA1Engine.h>

#include <algorithm>
#include <utility>

#include <zanhu/headers.h>

#include "web/static_files.h"

namespace zanhu::web {
namespace {

constexpr std::pair<std::string_view, std::string_view> k_types[] = {
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".txt", "text/plain; charset=utf-8"},
};

std::string_view content_type(std::string_view name) {
    const auto* type =
        std::ranges::find_if(k_types, [name](const auto& t) { return name.ends_with(t.first); });
    return type == std::end(k_types) ? "application/octet-stream" : type->second;
}

std::string etag_of(std::string_view bytes) {
    Poco::SHA1Engine engine;
    engine.update(bytes.data(), static_cast<unsigned>(bytes.size()));
    return '"' + Poco::DigestEngine::digestToHex(engine.digest()) + '"';
}

// RFC 9110 13.1.2: the weak comparison, for entity tags without commas, as ours are.
bool is_among(std::string_view etag, std::string_view list) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string_view entry = trim_ows(list.substr(0, comma));
        if (entry == "*") return true;
        if (entry.starts_with("W/")) entry.remove_prefix(2);
        if (entry == etag) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

}  // namespace

StaticHandler::StaticHandler() {
    for (const StaticFile& file : static_files()) {
        if (file.name.ends_with(".html")) continue;
        files_.emplace(file.name, File{file.bytes, content_type(file.name), etag_of(file.bytes)});
    }
}

const StaticHandler::File* StaticHandler::find(std::string_view name) const {
    const auto found = files_.find(name);
    return found == files_.end() ? nullptr : &found->second;
}

Response StaticHandler::answer(const File& file, const Request& request) {
    const auto known = request.scope().headers.all("if-none-match");
    const bool unchanged =
        std::ranges::any_of(known, [&](std::string_view list) { return is_among(file.etag, list); });
    Response response(unchanged ? 304 : 200);
    response.headers.add("etag", file.etag);
    response.headers.add("cache-control", "no-cache");
    if (unchanged) return response;
    response.headers.add("content-type", file.content_type);
    response.body = file.bytes;
    return response;
}

}  // namespace zanhu::web
