#include "web/login_handlers.h"

#include <utility>

#include <zanhu/limited_log.h>

#include "web/csrf.h"
#include "web/next_path.h"
#include "web/refusal.h"
#include "web/site_cookies.h"

namespace zanhu::web {
namespace {

LimitedLog throttled_log("zanhu.web");
LimitedLog failed_log("zanhu.web");

/// What the form of the log-in page holds.
struct LoginForm {
    explicit LoginForm(const Form& form)
        : username(stripped(form.find("username").value_or(std::string_view()))),
          password(form.find("password").value_or(std::string_view())),
          next(safe_next(form.find("next").value_or(std::string_view()))) {}

    // Django's form takes the blanks off a name, which nobody sees when typing it.
    static std::string_view stripped(std::string_view text) {
        constexpr std::string_view k_blanks = " \t\r\n\v\f";
        const std::size_t first = text.find_first_not_of(k_blanks);
        if (first == std::string_view::npos) return {};
        return text.substr(first, text.find_last_not_of(k_blanks) - first + 1);
    }

    std::string username;
    std::string password;
    std::string next;
};

Response login_page(const SiteContext& context,
                    const Request& request,
                    int status,
                    const PageSet::Values& shown) {
    const CsrfToken token = csrf_token(request, context.options());
    PageSet::Values values = shown;
    values.title = context.options().title;
    values.csrf_token = token.value;
    values.demo = context.options().demo;
    Response response = context.pages.login(status, values, request.language());
    set_csrf_cookie(response, token, request, context.options());
    return response;
}

Response login_refused(const SiteContext& context,
                       const Request& request,
                       const LoginForm& form,
                       int status,
                       std::string_view text_key) {
    PageSet::Values values;
    values.username = form.username;
    values.next = form.next;
    values.error = text(text_key, request.language());
    return login_page(context, request, status, values);
}

// As JSON text, so that a name cannot write lines of its own into the log.
std::string quoted(const std::string& username) {
    return to_json(Value(username));
}

Task<std::optional<User>> check_password(SiteContext& context,
                                         const LoginThrottle::Client& client,
                                         const LoginForm& form) {
    try {
        std::optional<User> user =
            co_await context.services.accounts().authenticate(form.username, form.password);
        if (user) context.throttle.succeed(client);
        co_return user;
    } catch (...) {
        context.throttle.cancel(client);
        throw;
    }
}

Task<Response> begin_session(SiteContext& context,
                             const Request& request,
                             const User& user,
                             std::string_view next) {
    const std::string old_key = request.session_key();
    if (!old_key.empty()) co_await context.services.sessions().log_out(old_key);
    std::string key = co_await context.services.sessions().log_in(user.id());
    Response response = redirect_response(303, next);
    response.set_cookie(session_cookie(std::move(key), context.options(), request.is_secure()));
    set_csrf_cookie(response, new_csrf_token(), request, context.options());
    co_return response;
}

}  // namespace

Task<Response> show_chat(SiteContext& context, const Request& request) {
    if (request.user().is_anonymous()) co_return redirect_response(302, "/login/?next=/");
    const CsrfToken token = csrf_token(request, context.options());
    PageSet::Values values;
    values.title = context.options().title;
    values.csrf_token = token.value;
    values.username = request.user().username();
    values.demo = context.options().demo;
    Response response = context.pages.chat(values, request.language());
    set_csrf_cookie(response, token, request, context.options());
    co_return response;
}

Task<Response> show_login(SiteContext& context, const Request& request) {
    // Not to `next`: where a logged-in person is led to must not tell another site that there is one.
    if (request.user().is_authenticated()) co_return redirect_response(302, "/");
    PageSet::Values values;
    const Form* query = request.query();
    values.next =
        safe_next(query == nullptr ? std::string_view() : query->find("next").value_or(std::string_view()));
    co_return login_page(context, request, 200, values);
}

Task<Response> log_in(SiteContext& context, const Request& request) {
    if (request.form() == nullptr) {
        const bool is_form = request.has_content_type("application/x-www-form-urlencoded");
        co_return refuse(context, request, is_form ? k_bad_request : k_unsupported_type);
    }
    const LoginForm form(*request.form());
    if (form.username.empty() || form.password.empty()) {
        co_return login_refused(context, request, form, 200, "login_failed");
    }
    const LoginThrottle::Client client(form.username, request.scope().client.address);
    if (const auto wait = context.throttle.begin(client, LoginThrottle::Clock::now())) {
        throttled_log.warning("log-in of " + quoted(form.username) + " from " + client.address +
                              " refused: too many failures");
        Response response = login_refused(context, request, form, 429, "login_throttled");
        response.headers.add("retry-after", std::to_string(wait->count()));
        co_return response;
    }
    const std::optional<User> user = co_await check_password(context, client, form);
    if (!user) {
        failed_log.notice("log-in of " + quoted(form.username) + " from " + request.scope().client.address +
                          " failed");
        co_return login_refused(context, request, form, 200, "login_failed");
    }
    co_return co_await begin_session(context, request, *user, form.next);
}

Task<Response> log_out(SiteContext& context, const Request& request) {
    const std::string key = request.session_key();
    if (!key.empty()) {
        co_await context.services.sessions().log_out(key);
        co_await context.services.connections().close_session(key, CloseCode::session_ended, "logged out");
    }
    Response response = redirect_response(303, "/login/");
    response.set_cookie(expired_session_cookie(context.options()));
    co_return response;
}

}  // namespace zanhu::web
