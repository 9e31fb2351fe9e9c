#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <zanhu/link.h>
#include <zanhu/scope.h>
#include <zanhu/settings.h>

namespace zanhu::middleware {

/// Where a client may put its token: behind the scheme of the Authorization header, into a subprotocol
/// `bearer.TOKEN`, since a page's WebSocket can set no header, and, if switched on, into the query string. A
/// value type, constant after its making; any loop.
class TokenSource {
public:
    /// The keys of every section that has one.
    static constexpr KeySpec k_subprotocol_key{
        "subprotocol",
        ValueKind::text,
        "bearer",
        "a page offers this subprotocol and this.TOKEN, and is answered with this; empty: off"};
    static constexpr KeySpec k_query_key{
        "query",
        ValueKind::text,
        "",
        "a field of the query string that may hold the token; empty: off, since URLs end up in logs"};

    TokenSource() = default;
    /// `scheme`: of the Authorization header. Throws ConfigError.
    TokenSource(std::string scheme, const ConfigView& section);

    struct Found {
        Found() = default;
        std::string token;
        /// The client offered the plain subprotocol too, and a browser wants one of its offers chosen.
        bool wants_answer = false;
    };
    /// Takes the token, if there is one, out of subprotocols and query string, so that nothing further in can
    /// choose or log it.
    std::optional<Found> take(Scope& scope) const;

    const std::string& scheme() const noexcept { return scheme_; }
    const std::string& subprotocol() const noexcept { return subprotocol_; }

private:
    std::optional<std::string> from_header(const Scope& scope) const;
    std::optional<std::string> from_subprotocols(Scope& scope) const;
    std::optional<std::string> from_query(Scope& scope) const;

    std::string scheme_;
    std::string subprotocol_;
    std::string query_;
};

/// Answers a handshake with `subprotocol` when the application inside chooses none. Lives in the middleware's
/// run().
class SubprotocolAnswer final : public LinkFilter {
public:
    SubprotocolAnswer(Link& inner, Scope& scope, const std::string& subprotocol) noexcept
        : LinkFilter(inner), scope_(scope), subprotocol_(subprotocol) {}
    SendAwaiter send(Command command) override;

private:
    Scope& scope_;
    const std::string& subprotocol_;
};

}  // namespace zanhu::middleware
