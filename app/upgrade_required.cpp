#include "app/upgrade_required.h"

#include <utility>

namespace zanhu::app {

namespace {

Task<void> answer(Link& link) {
    ResponseStart start(426);
    start.headers.add("upgrade", "websocket");
    start.headers.add("sec-websocket-version", "13");
    start.headers.add("content-type", "text/plain; charset=utf-8");
    co_await link.send(std::move(start));
    co_await link.send(
        ResponseBody("this is a WebSocket's path: the request came without Upgrade: websocket\n"));
}

}  // namespace

Task<void> UpgradeRequired::run(Scope& scope, Link& link) {
    const bool routed = http_routes_ != nullptr && http_routes_->matches(scope);
    if (!routed && websocket_routes_.matches(scope)) return answer(link);
    return inner_.run(scope, link);
}

}  // namespace zanhu::app
