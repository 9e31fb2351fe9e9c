#include <Poco/String.h>

#include <algorithm>
#include <optional>

#include "web/csrf.h"

namespace zanhu::web {
namespace {

/// `scheme://host:port` and what follows it, as far as it matters here.
struct Origin {
    std::string scheme;
    std::string host_and_port;
};

std::optional<Origin> origin_of(std::string_view url) {
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view rest = url.substr(colon + 3);
    Origin origin{Poco::toLower(std::string(url.substr(0, colon))),
                  Poco::toLower(std::string(rest.substr(0, rest.find_first_of("/?#\\"))))};
    if (origin.scheme.empty() || origin.host_and_port.empty()) return std::nullopt;
    return origin;
}

// Django: is_same_domain, for a pattern that may begin with a dot or with `*.`.
bool host_fits(std::string_view host, std::string_view pattern) {
    if (pattern.starts_with("*.")) pattern.remove_prefix(1);
    if (!pattern.starts_with('.')) return host == pattern;
    return host.ends_with(pattern) || host == pattern.substr(1);
}

bool is_trusted(const Origin& origin, const std::vector<std::string>& trusted) {
    return std::ranges::any_of(trusted, [&](const std::string& entry) {
        if (const auto pattern = origin_of(entry)) {
            return origin.scheme == pattern->scheme &&
                   host_fits(origin.host_and_port, pattern->host_and_port);
        }
        // Django before 4.0 has no scheme here and trusts https only.
        return origin.scheme == "https" && host_fits(origin.host_and_port, Poco::toLower(entry));
    });
}

// A client may name the port that its scheme implies.
std::string_view without_default_port(std::string_view host, std::string_view scheme) {
    const std::string_view port = scheme == "https" ? ":443" : ":80";
    if (host.ends_with(port)) host.remove_suffix(port.size());
    return host;
}

bool is_ours(const Origin& origin, const Request& request) {
    // Behind a proxy that ends TLS we see http where the browser sees https; the other way round it is an
    // attacker's page.
    const bool scheme_fits = origin.scheme == "https" || (origin.scheme == "http" && !request.is_secure());
    return scheme_fits && without_default_port(origin.host_and_port, origin.scheme) ==
                              without_default_port(request.host(), origin.scheme);
}

CsrfResult check_referer(const Request& request, const SiteOptions& site) {
    const std::optional<std::string_view> referer = request.header("referer");
    if (!referer) return CsrfResult::no_referer;
    const std::optional<Origin> origin = origin_of(*referer);
    const bool good = origin && origin->scheme == "https" &&
                      (is_ours(*origin, request) || is_trusted(*origin, site.csrf_trusted_origins));
    return good ? CsrfResult::passed : CsrfResult::foreign_referer;
}

CsrfResult check_source(const Request& request, const SiteOptions& site) {
    const std::vector<std::string_view> origins = request.scope().headers.all("origin");
    if (origins.empty()) return request.is_secure() ? check_referer(request, site) : CsrfResult::passed;
    const bool good = std::ranges::all_of(origins, [&](std::string_view field) {
        const std::optional<Origin> origin = origin_of(field);
        return origin && (is_ours(*origin, request) || is_trusted(*origin, site.csrf_trusted_origins));
    });
    return good ? CsrfResult::passed : CsrfResult::foreign_origin;
}

std::string_view submitted_token(const Request& request) {
    if (request.form() != nullptr) {
        const auto field = request.form()->find("csrfmiddlewaretoken");
        if (field && !field->empty()) return *field;
    }
    return request.header("x-csrftoken").value_or(std::string_view());
}

}  // namespace

CsrfResult check_csrf(const Request& request, const SiteOptions& site) {
    const CsrfResult source = check_source(request, site);
    if (source != CsrfResult::passed) return source;
    const std::optional<std::string_view> cookie = request.cookie(site.csrf_cookie_name);
    if (!cookie || cookie->empty()) return CsrfResult::no_cookie;
    return same_csrf_secret(submitted_token(request), *cookie) ? CsrfResult::passed : CsrfResult::wrong_token;
}

std::string_view reason(CsrfResult result) noexcept {
    switch (result) {
        case CsrfResult::passed:
            return "passed";
        case CsrfResult::foreign_origin:
            return "the Origin is neither this host nor in csrf_trusted_origins";
        case CsrfResult::no_referer:
            return "there is neither an Origin nor a Referer, of which https needs one";
        case CsrfResult::foreign_referer:
            return "the Referer is neither this host nor in csrf_trusted_origins, or not https";
        case CsrfResult::no_cookie:
            return "there is no CSRF cookie";
        case CsrfResult::wrong_token:
            return "the CSRF token is missing or does not fit the cookie";
    }
    return "unknown";
}

}  // namespace zanhu::web
