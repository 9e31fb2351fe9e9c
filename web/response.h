#pragma once

#include <string>
#include <string_view>

#include <zanhu/cookies.h>
#include <zanhu/headers.h>
#include <zanhu/value.h>

#include "web/texts.h"

namespace zanhu::web {

/// One whole HTTP response. A value type: made by a handler, sent by Site::run; home loop only.
class Response {
public:
    explicit Response(int response_status) : status(response_status) {}

    void set_cookie(const SetCookie& cookie) { headers.add("set-cookie", cookie.to_string()); }

    int status;
    Headers headers;
    std::string body;
};

[[nodiscard]] Response html_response(int status, std::string body, Language language);
[[nodiscard]] Response json_response(int status, const ValueMap& body);
[[nodiscard]] Response no_content_response();
/// `location` is a path of this site; what a URI cannot hold is percent-encoded (Django: iri_to_uri).
/// 302 for what was asked with GET, 303 after a POST.
[[nodiscard]] Response redirect_response(int status, std::string_view location);

/// An API's refusal: {"error": code, "detail": the text of `text_key` in the reader's language}.
[[nodiscard]] Response json_error(int status,
                                  std::string_view code,
                                  std::string_view text_key,
                                  Language language);

/// What every response carries: Content-Security-Policy and its like, and `no-store` unless the handler chose
/// otherwise. `host` is the request's Host after it was found valid, or empty.
void add_security_headers(Response& response, std::string_view host);

}  // namespace zanhu::web
