#include "middleware/session.h"

#include <zanhu/cookies.h>
#include <zanhu/errors.h>
#include <zanhu/session.h>

namespace zanhu::middleware {

namespace {

constexpr std::string_view k_needs[] = {"cookies"};
constexpr std::string_view k_provides[] = {"session"};
constexpr std::size_t k_shortest_key = 8;    // Django takes a shorter one for none
constexpr std::size_t k_longest_key = 8192;  // the session itself, of the engine signed_cookies

}  // namespace

Task<void> SessionMiddleware::run(Scope& scope, Link& link) {
    if (scope.find<Session>("session") == nullptr) {
        const auto* cookies = scope.find<Cookies>("cookies");
        if (cookies == nullptr)
            throw Error("SessionMiddleware needs CookieMiddleware further out in its chain");
        const std::string_view key = cookies->find(cookie_name_).value_or("");
        const bool usable = key.size() >= k_shortest_key && key.size() <= k_longest_key;
        scope.set("session", usable ? Session(std::string(key)) : Session());
    }
    return inner_.run(scope, link);
}

std::span<const std::string_view> SessionMiddlewareFactory::needs() const {
    return k_needs;
}

std::span<const std::string_view> SessionMiddlewareFactory::provides() const {
    return k_provides;
}

std::unique_ptr<Application> SessionMiddlewareFactory::wrap(Application& inner) const {
    return std::make_unique<SessionMiddleware>(services_->site().session_cookie_name, inner);
}

}  // namespace zanhu::middleware
