#include "web/site_cookies.h"

#include <utility>

#include <zanhu/headers.h>

namespace zanhu::web {
namespace {

constexpr std::chrono::seconds k_csrf_cookie_age{52 * 7 * 24 * 3600};  // Django: CSRF_COOKIE_AGE

SameSite same_site_of(const SiteOptions& site) {
    const std::string& text = site.session_cookie_same_site;
    if (equals_ignore_case(text, "Lax")) return SameSite::lax;
    if (equals_ignore_case(text, "Strict")) return SameSite::strict;
    if (equals_ignore_case(text, "None")) return SameSite::none;
    return SameSite::unset;
}

}  // namespace

SetCookie session_cookie(std::string key, const SiteOptions& site, bool secure) {
    SetCookie cookie(site.session_cookie_name, std::move(key));
    cookie.max_age = site.session_cookie_age;
    cookie.domain = site.session_cookie_domain;
    cookie.path = site.session_cookie_path;
    cookie.secure = secure || site.session_cookie_secure;
    cookie.http_only = site.session_cookie_http_only;
    cookie.same_site = same_site_of(site);
    return cookie;
}

SetCookie expired_session_cookie(const SiteOptions& site) {
    return SetCookie::deletion(
        site.session_cookie_name, site.session_cookie_path, site.session_cookie_domain, same_site_of(site));
}

SetCookie csrf_cookie(std::string token, const SiteOptions& site, bool secure) {
    SetCookie cookie(site.csrf_cookie_name, std::move(token));
    cookie.max_age = k_csrf_cookie_age;
    cookie.secure = secure || site.csrf_cookie_secure;
    cookie.same_site = SameSite::lax;
    return cookie;
}

}  // namespace zanhu::web
