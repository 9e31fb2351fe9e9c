#include "web/response.h"

#include <utility>

namespace zanhu::web {
namespace {

// What Django's iri_to_uri leaves as it is, besides letters and digits.
constexpr std::string_view k_uri_characters = "-._~/#%[]=:;$&()+,!?*@'";

std::string uri_of(std::string_view iri) {
    constexpr char k_hex[] = "0123456789ABCDEF";
    std::string uri;
    for (const char c : iri) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           k_uri_characters.find(c) != std::string_view::npos;
        if (plain) {
            uri += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            uri.append({'%', k_hex[byte >> 4], k_hex[byte & 0xf]});
        }
    }
    return uri;
}

std::string content_security_policy(std::string_view host) {
    std::string policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";
    // Browsers differ in whether 'self' covers the socket's scheme.
    if (!host.empty()) policy.append(" ws://").append(host).append(" wss://").append(host);
    return policy += "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}

}  // namespace

Response html_response(int status, std::string body, Language language) {
    Response response(status);
    response.headers.add("content-type", "text/html; charset=utf-8");
    response.headers.add("content-language", language_tag(language));
    response.body = std::move(body);
    return response;
}

Response json_response(int status, const ValueMap& body) {
    Response response(status);
    response.headers.add("content-type", "application/json");
    response.body = to_json(body);
    return response;
}

Response no_content_response() {
    return Response(204);
}

Response redirect_response(int status, std::string_view location) {
    Response response(status);
    response.headers.add("location", uri_of(location));
    return response;
}

Response json_error(int status, std::string_view code, std::string_view text_key, Language language) {
    ValueMap body;
    body.set("error", code).set("detail", text(text_key, language));
    return json_response(status, body);
}

void add_security_headers(Response& response, std::string_view host) {
    Headers& headers = response.headers;
    headers.set("content-security-policy", content_security_policy(host));
    headers.set("x-content-type-options", "nosniff");
    headers.set("referrer-policy", "same-origin");
    if (!headers.contains("cache-control")) headers.add("cache-control", "no-store");
}

}  // namespace zanhu::web
