#include "app/route_gate.h"

#include <algorithm>
#include <string>
#include <utility>

#include <zanhu/limited_log.h>
#include <zanhu/user.h>

#include "core/base/metrics.h"

namespace zanhu::app {

namespace {

using Require = settings::RouteOptions::Require;

Counter refused("routes_refused_total", "Requests and handshakes that a route refused by its key `require`");
LimitedLog refused_log("zanhu.routing");

Task<void> forbid(Link& link, const char* why) {
    ResponseStart start(403);
    start.headers.add("content-type", "text/plain; charset=utf-8");
    co_await link.send(std::move(start));
    co_await link.send(ResponseBody(why));
}

}  // namespace

const char* RouteGate::refusal(Scope& scope) const {
    if (options_.require == Require::anyone) return "";
    const User* user = scope.find<User>("user");
    if (user == nullptr || user->is_anonymous()) return "this path is for those who are logged in\n";
    if (options_.require == Require::staff && !user->is_staff) return "this path is for staff\n";
    if (options_.require == Require::superuser && !user->is_superuser) return "this path is for superusers\n";
    return "";
}

/// Of what the client offers only what is spoken here is left, in the client's order.
void RouteGate::choose_subprotocols(Scope& scope) const {
    if (options_.subprotocols.empty()) return;
    scope.choose_subprotocol = true;
    std::erase_if(scope.subprotocols, [this](const std::string& offered) {
        return std::find(options_.subprotocols.begin(), options_.subprotocols.end(), offered) ==
               options_.subprotocols.end();
    });
}

Task<void> RouteGate::run(Scope& scope, Link& link) {
    if (const char* why = refusal(scope); *why != '\0') {
        refused.add();
        refused_log.information("refused " + scope.raw_path + " from " + scope.client.address + ": " +
                                std::string(why, std::string_view(why).size() - 1));
        return forbid(link, why);
    }
    if (options_.max_message_size > 0) scope.max_message_size = options_.max_message_size;
    choose_subprotocols(scope);
    return inner_.run(scope, link);
}

}  // namespace zanhu::app
