#include "middleware/cookie.h"

#include <zanhu/cookies.h>

namespace zanhu::middleware {

namespace {

constexpr std::string_view k_provides[] = {"cookies"};

}  // namespace

Task<void> CookieMiddleware::run(Scope& scope, Link& link) {
    if (scope.find<Cookies>("cookies") == nullptr) {
        scope.set("cookies", Cookies(scope.headers.find("cookie").value_or("")));
    }
    return inner_.run(scope, link);
}

std::span<const std::string_view> CookieMiddlewareFactory::provides() const {
    return k_provides;
}

}  // namespace zanhu::middleware
