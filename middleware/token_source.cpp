#include "middleware/token_source.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include <zanhu/errors.h>
#include <zanhu/forms.h>
#include <zanhu/headers.h>

namespace zanhu::middleware {

namespace {

std::string joined(const std::vector<std::string>& texts, const char* between) {
    std::string all;
    for (const std::string& text : texts)
        all += (all.empty() ? "" : between) + text;
    return all;
}

}  // namespace

TokenSource::TokenSource(std::string scheme, const ConfigView& section)
    : scheme_(std::move(scheme)), subprotocol_(section.text("subprotocol")), query_(section.text("query")) {
    if (!subprotocol_.empty() && !is_token(subprotocol_)) {
        throw ConfigError(section.describe(
            "subprotocol", "`" + subprotocol_ + "` cannot be a subprotocol; use letters, digits, - and _"));
    }
}

std::optional<TokenSource::Found> TokenSource::take(Scope& scope) const {
    // All three are emptied, whichever is used.
    auto header = from_header(scope);
    auto offered = from_subprotocols(scope);
    auto query = from_query(scope);
    if (!header && !offered && !query) return std::nullopt;
    Found found;
    found.token = std::move(header ? *header : offered ? *offered : *query);
    found.wants_answer = offered.has_value() &&
                         std::ranges::find(scope.subprotocols, subprotocol_) != scope.subprotocols.end();
    return found;
}

std::optional<std::string> TokenSource::from_header(const Scope& scope) const {
    const std::string_view value = scope.headers.find("authorization").value_or("");
    const std::size_t blank = std::min(value.find(' '), value.size());
    if (!equals_ignore_case(value.substr(0, blank), scheme_)) return std::nullopt;
    return std::string(trim_ows(value.substr(blank)));
}

std::optional<std::string> TokenSource::from_subprotocols(Scope& scope) const {
    if (subprotocol_.empty()) return std::nullopt;
    const std::string prefix = subprotocol_ + ".";
    std::optional<std::string> token;
    std::vector<std::string> others;
    for (std::string& offered : scope.subprotocols) {
        if (!offered.starts_with(prefix)) {
            others.push_back(std::move(offered));
        } else if (!token) {
            token = offered.substr(prefix.size());
        }
    }
    scope.subprotocols = std::move(others);
    if (token) scope.headers.set("sec-websocket-protocol", joined(scope.subprotocols, ", "));
    return token;
}

std::optional<std::string> TokenSource::from_query(Scope& scope) const {
    if (query_.empty() || scope.query_string.empty()) return std::nullopt;
    std::optional<std::string> token;
    std::vector<std::string> others;
    std::string_view rest = scope.query_string;
    while (!rest.empty()) {
        const std::string_view piece = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
        const std::size_t equals = std::min(piece.find('='), piece.size());
        if (url_decode(piece.substr(0, equals)) != query_) {
            others.emplace_back(piece);
        } else if (!token) {
            token = url_decode(piece.substr(std::min(equals + 1, piece.size()))).value_or("");
        }
    }
    if (token) scope.query_string = joined(others, "&");
    return token;
}

SendAwaiter SubprotocolAnswer::send(Command command) {
    // What the route chooses among the client's offers goes first.
    auto& offers = scope_.subprotocols;
    const bool route_chooses = scope_.choose_subprotocol && !offers.empty();
    auto* accept = std::get_if<Accept>(&command);
    if (accept != nullptr && accept->subprotocol.empty() && !route_chooses) {
        // The client has offered it; a route's list may have taken it out.
        if (std::ranges::find(offers, subprotocol_) == offers.end()) offers.push_back(subprotocol_);
        accept->subprotocol = subprotocol_;
    }
    return inner().send(std::move(command));
}

}  // namespace zanhu::middleware
