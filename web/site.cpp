#include "web/site.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/forms.h>
#include <zanhu/limited_log.h>
#include <zanhu/origin_patterns.h>

#include "web/csrf.h"
#include "web/login_handlers.h"
#include "web/message_handlers.h"
#include "web/refusal.h"
#include "web/send_message.h"

namespace zanhu::web {
namespace {

constexpr std::string_view k_static_prefix = "/static/";
constexpr std::string_view k_retry_after =
    "1";  // a pool's queue is worked off within a second, or the machine is too small

LimitedLog csrf_log("zanhu.web");
LimitedLog failure_log("zanhu.web");
LimitedLog host_log("zanhu.web");

Task<Response> static_file(SiteContext& context, const Request& request) {
    const StaticHandler::File* file =
        context.files.find(std::string_view(request.path()).substr(k_static_prefix.size()));
    if (file == nullptr) co_return refuse(context, request, k_not_found);
    co_return StaticHandler::answer(*file, request);
}

Task<Response> favicon(SiteContext&, const Request&) {
    Response response = redirect_response(302, "/static/favicon.svg");
    response.headers.add("cache-control", "public, max-age=86400");
    co_return response;
}

struct Route {
    std::string_view path;
    Handler get;
    Handler post;
};

constexpr Route k_routes[] = {
    {"/", show_chat, nullptr},
    {"/login/", show_login, log_in},
    {"/logout/", nullptr, log_out},
    {"/api/people/", list_people, nullptr},
    {"/api/messages/", list_messages, send_message},
    {"/api/messages/read/", nullptr, mark_read},
    {"/api/missed/", list_missed, nullptr},
    {"/favicon.ico", favicon, nullptr},
};
constexpr Route k_static_route{k_static_prefix, static_file, nullptr};

const Route* find_route(std::string_view path) {
    if (path.starts_with(k_static_prefix)) return &k_static_route;
    const auto* route = std::ranges::find(k_routes, path, &Route::path);
    return route == std::end(k_routes) ? nullptr : route;
}

Response method_not_allowed(const SiteContext& context, const Request& request, const Route& route) {
    Response response = refuse(context, request, k_method_not_allowed);
    const std::string_view get = route.post == nullptr ? "GET, HEAD" : "GET, HEAD, POST";
    response.headers.add("allow", route.get == nullptr ? "POST" : get);
    return response;
}

bool is_allowed_host(std::string_view host, const SiteOptions& site) {
    static const std::vector<std::string> k_this_machine = {"localhost", "127.0.0.1", "[::1]"};
    return host_allowed(host, site.allowed_hosts.empty() ? k_this_machine : site.allowed_hosts);
}

/// What is refused before a handler runs.
std::optional<Response> refuse_early(const SiteContext& context, const Request& request, const Route& route) {
    const bool handled = request.is_get() ? route.get != nullptr : request.is_post() && route.post != nullptr;
    if (!handled) {
        return method_not_allowed(context, request, route);
    }
    if (request.body_too_large()) return refuse(context, request, k_too_large);
    if (request.is_post()) {
        const CsrfResult csrf = check_csrf(request, context.options());
        if (csrf != CsrfResult::passed) {
            csrf_log.warning("POST " + std::string(route.path) + " refused: " + std::string(reason(csrf)));
            return refuse(context, request, k_csrf_failed);
        }
    }
    if (request.is_api() && request.user().is_anonymous()) return refuse(context, request, k_not_logged_in);
    return std::nullopt;
}

void log_failure(const Request& request, const std::exception& error) {
    // As it was sent: the decoded path may hold line feeds.
    failure_log.error(request.scope().method + " " + request.scope().raw_path + ": " + error.what());
}

// As JSON text, so that a host cannot write lines of its own into the log.
void log_disallowed_host(const std::string& host) {
    const std::string shown = is_utf8(host) ? to_json(Value(host)) : "that is not UTF-8";
    host_log.warning("Host " + shown + " is not in allowed_hosts");
}

}  // namespace

Task<Response> Site::answer(const Request& request, bool host_ok) {
    if (!host_ok) {
        log_disallowed_host(request.host());
        co_return refuse(context_, request, k_disallowed_host);
    }
    const Route* route = find_route(request.path());
    if (route == nullptr) co_return refuse(context_, request, k_not_found);
    std::optional<Response> response = refuse_early(context_, request, *route);
    if (response) co_return std::move(*response);
    try {
        response = co_await (request.is_get() ? route->get : route->post)(context_, request);
    } catch (const Cancelled&) {
        throw;
    } catch (const PoolSaturated& error) {
        log_failure(request, error);
        response = refuse(context_, request, k_busy);
        response->headers.add("retry-after", k_retry_after);
    } catch (const StorageError& error) {
        log_failure(request, error);
        response = refuse(context_, request, k_storage);
    } catch (const std::exception& error) {
        log_failure(request, error);
        response = refuse(context_, request, k_server_error);
    }
    co_return std::move(*response);
}

Task<void> Site::run(Scope& scope, Link& link) {
    Body body = co_await read_body(link);
    if (body.outcome == Body::Outcome::client_gone) co_return;
    const Request request(scope, std::move(body));
    const bool host_ok = is_allowed_host(request.host(), context_.options());
    Response response = co_await answer(request, host_ok);
    add_security_headers(response, host_ok ? std::string_view(request.host()) : std::string_view());
    ResponseStart start(response.status, std::move(response.headers));
    if (co_await link.send(std::move(start)) == SendResult::closed) co_return;
    ResponseBody bytes(std::move(response.body));
    static_cast<void>(co_await link.send(std::move(bytes)));
}

}  // namespace zanhu::web
