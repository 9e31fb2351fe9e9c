#include "web/request.h"

#include <Poco/String.h>

#include <utility>

#include <zanhu/cookies.h>
#include <zanhu/session.h>

namespace zanhu::web {
namespace {

constexpr std::size_t k_form_fields = 100;  // the site's largest form has four

}  // namespace

Task<Body> read_body(Link& link, std::size_t limit) {
    Body body;
    for (;;) {
        Event event = co_await link.receive();
        if (std::holds_alternative<Disconnect>(event)) {
            body.outcome = Body::Outcome::client_gone;
            body.bytes.clear();
            co_return body;
        }
        auto* piece = std::get_if<HttpBody>(&event);
        if (piece == nullptr) continue;
        if (piece->bytes.size() > limit - body.bytes.size()) {
            body.outcome = Body::Outcome::too_large;
            body.bytes = std::string();
            limit = 0;
        } else if (body.bytes.empty()) {
            body.bytes = std::move(piece->bytes);
        } else {
            body.bytes += piece->bytes;
        }
        if (!piece->more) co_return body;
    }
}

Request::Request(Scope& scope, Body body)
    : scope_(scope),
      body_(std::move(body)),
      host_(Poco::toLower(std::string(scope.headers.find("host").value_or(std::string_view())))),
      language_(choose_language(scope.headers.find("accept-language").value_or(std::string_view()))),
      query_(parse_urlencoded(scope.query_string, k_form_fields)) {
    if (has_content_type("application/x-www-form-urlencoded")) {
        form_ = parse_urlencoded(body_.bytes, k_form_fields);
    }
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
    const Cookies* cookies = scope_.find<Cookies>("cookies");
    return cookies == nullptr ? std::nullopt : cookies->find(name);
}

const User& Request::user() const noexcept {
    static const User anonymous;
    const User* user = scope_.find<User>("user");
    return user == nullptr ? anonymous : *user;
}

std::string Request::session_key() const {
    const Session* session = scope_.find<Session>("session");
    return session == nullptr ? std::string() : session->key();
}

bool Request::has_content_type(std::string_view media_type) const noexcept {
    const std::string_view value = header("content-type").value_or(std::string_view());
    return equals_ignore_case(trim_ows(value.substr(0, value.find(';'))), media_type);
}

}  // namespace zanhu::web
