#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <zanhu/forms.h>
#include <zanhu/link.h>
#include <zanhu/scope.h>
#include <zanhu/task.h>
#include <zanhu/user.h>

#include "web/texts.h"

namespace zanhu::web {

/// What came of reading a request's body.
struct Body {
    enum class Outcome : std::uint8_t { whole, too_large, client_gone };
    Body() = default;
    Outcome outcome = Outcome::whole;
    std::string bytes;  ///< empty unless `whole`
};

/// The largest body that a page may send: a message of the greatest length, every character as two JSON
/// escapes.
inline constexpr std::size_t k_body_limit = 256 * 1024;

/// Reads to the end of the body. What is over `limit` is read too, so that the connection stays usable, but
/// not kept.
[[nodiscard]] Task<Body> read_body(Link& link, std::size_t limit = k_body_limit);

/// One HTTP request as the site's handlers see it. Owned by Site::run for one request; home loop only.
class Request {
public:
    Request(Scope& scope, Body body);
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    const Scope& scope() const noexcept { return scope_; }
    const std::string& path() const noexcept { return scope_.path; }
    /// HEAD is answered as GET; the connection leaves the body out.
    bool is_get() const noexcept { return scope_.method == "GET" || scope_.method == "HEAD"; }
    bool is_post() const noexcept { return scope_.method == "POST"; }
    bool is_api() const noexcept { return scope_.path.starts_with("/api/"); }
    bool is_secure() const noexcept { return scope_.scheme == "https"; }
    std::optional<std::string_view> header(std::string_view name) const { return scope_.headers.find(name); }
    std::optional<std::string_view> cookie(std::string_view name) const;
    /// The Host field in lower case, as the client sent it otherwise; empty when there is none.
    const std::string& host() const noexcept { return host_; }

    Language language() const noexcept { return language_; }
    /// Anonymous without AuthMiddleware.
    const User& user() const noexcept;
    /// Empty when the client sent no usable session key.
    std::string session_key() const;

    bool body_too_large() const noexcept { return body_.outcome == Body::Outcome::too_large; }
    const std::string& body() const noexcept { return body_.bytes; }
    /// Whether the body is declared to be of that media type, for example `application/json`; parameters are
    /// ignored.
    bool has_content_type(std::string_view media_type) const noexcept;
    /// The body's fields; nullptr when it is no form, or not a readable one.
    const Form* form() const noexcept { return form_ ? &*form_ : nullptr; }
    /// The query string's fields; nullptr when they cannot be read.
    const Form* query() const noexcept { return query_ ? &*query_ : nullptr; }

private:
    Scope& scope_;
    Body body_;
    std::string host_;
    Language language_;
    std::optional<Form> form_;
    std::optional<Form> query_;
};

}  // namespace zanhu::web
