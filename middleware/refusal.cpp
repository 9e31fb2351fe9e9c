#include "middleware/refusal.h"

#include <utility>

namespace zanhu::middleware {

Task<void> refuse(Link& link, int status, std::string text, Headers headers) {
    text += '\n';
    headers.add("content-type", "text/plain; charset=utf-8");
    headers.add("cache-control", "no-store");
    ResponseStart start(status, std::move(headers));
    co_await link.send(std::move(start));
    ResponseBody body(std::move(text));
    co_await link.send(std::move(body));
}

}  // namespace zanhu::middleware
