#pragma once

#include <string>

#include <zanhu/cookies.h>
#include <zanhu/services.h>

// The site's cookies with the attributes of its settings (Django: SESSION_COOKIE_..., CSRF_COOKIE_...). Free
// functions without state, callable from any thread. `secure`: the request came by https; then the cookie is
// for https alone, whatever SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE say.
namespace zanhu::web {

[[nodiscard]] SetCookie session_cookie(std::string key, const SiteOptions& site, bool secure);
/// Makes the browser forget the session.
[[nodiscard]] SetCookie expired_session_cookie(const SiteOptions& site);
/// Not HttpOnly, as Django's: scripts of a site send it back in a header.
[[nodiscard]] SetCookie csrf_cookie(std::string token, const SiteOptions& site, bool secure);

}  // namespace zanhu::web
