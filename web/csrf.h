#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <zanhu/services.h>

#include "web/request.h"
#include "web/response.h"

// Protection against forged requests: the double-submitted cookie of Django's CsrfViewMiddleware, so that a
// Django site on the same host and zanhu can share one cookie. Free functions without state, callable from
// any thread.
namespace zanhu::web {

/// The token of one page, and whether the browser has yet to be given the cookie.
struct CsrfToken {
    CsrfToken() = default;
    std::string value;
    bool is_new = false;
};

enum class [[nodiscard]] CsrfResult : std::uint8_t {
    passed,
    foreign_origin,
    no_referer,
    foreign_referer,
    no_cookie,
    wrong_token
};

/// The cookie's token when it is one, else a new one. Throws Error when the system has no random bytes.
[[nodiscard]] CsrfToken csrf_token(const Request& request, const SiteOptions& site);
/// A new token whatever the cookie says: after a log-in (Django: rotate_token).
[[nodiscard]] CsrfToken new_csrf_token();
/// Sets the cookie when the token is new.
void set_csrf_cookie(Response& response,
                     const CsrfToken& token,
                     const Request& request,
                     const SiteOptions& site);

/// Whether a request that changes something comes from a page of this site. An Origin must be ours or
/// trusted; without one, https asks for such a Referer; the token of the form field or of X-CSRFToken must
/// fit the cookie's. REQUIRES: the request's host is one of the site's.
CsrfResult check_csrf(const Request& request, const SiteOptions& site);
/// For the log.
[[nodiscard]] std::string_view reason(CsrfResult result) noexcept;

/// Whether two tokens hold the same secret: each is 32 letters and digits, or 64 of which the first half
/// masks the second (Django writes both forms). The time does not depend on where they differ.
[[nodiscard]] bool same_csrf_secret(std::string_view left, std::string_view right);

}  // namespace zanhu::web
