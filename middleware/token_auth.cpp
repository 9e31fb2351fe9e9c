#include "middleware/token_auth.h"

#include <algorithm>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/event_counter.h>
#include <zanhu/limited_log.h>

#include "middleware/refusal.h"

namespace zanhu::middleware {

namespace {

constexpr std::string_view k_provides[] = {"user"};
constexpr std::size_t k_longest_key = 40;  // authtoken_token.key

LimitedLog refused_log("zanhu.middleware");
EventCounter refused("token_refused_total", "Clients that were refused for a token that is not good");

/// A key of authtoken_token is looked up; its user must be active.
class TableCheck final : public TokenCheck {
public:
    explicit TableCheck(Services& services) : services_(services) {}

    Task<TokenVerdict> check(std::string token) override {
        const bool usable = !token.empty() && token.size() <= k_longest_key &&
                            std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; });
        if (!usable) co_return TokenVerdict("it cannot be a key of authtoken_token");
        std::optional<User> user = co_await services_.accounts().find_by_token(token);
        if (!user) co_return TokenVerdict("there is no such token, or its user is not active");
        co_return TokenVerdict(std::move(*user), Credential(Credential::Kind::token, std::move(token)));
    }

private:
    Services& services_;
};

}  // namespace

Task<void> TokenAuth::run(Scope& scope, Link& link) {
    auto found = rules_.source.take(scope);
    if (!found) return inner_.run(scope, link);
    if (found->wants_answer) return run_with_answer(scope, link, std::move(found->token));
    return run_with_token(scope, link, std::move(found->token));
}

Task<bool> TokenAuth::admit(Scope& scope, Link& link, std::string token) {
    const User* known = scope.find<User>("user");
    if (known != nullptr && known->is_authenticated()) co_return true;
    TokenVerdict verdict = co_await rules_.check->check(std::move(token));
    if (verdict.user) {
        scope.set("user", std::move(*verdict.user));
        scope.set("credential", std::move(*verdict.credential));
        co_return true;
    }
    if (!rules_.refuse) co_return true;
    refused.add();
    refused_log.information("refused a token for " + scope.path + " from " + scope.client.address + ": " +
                            verdict.problem);
    Headers challenge;
    challenge.add("www-authenticate", rules_.source.scheme() + " error=\"invalid_token\"");
    co_await refuse(link, 401, "the token is not valid", std::move(challenge));
    co_return false;
}

Task<void> TokenAuth::run_with_token(Scope& scope, Link& link, std::string token) {
    const bool admitted = co_await admit(scope, link, std::move(token));
    if (admitted) co_await inner_.run(scope, link);
}

Task<void> TokenAuth::run_with_answer(Scope& scope, Link& link, std::string token) {
    const bool admitted = co_await admit(scope, link, std::move(token));
    if (!admitted) co_return;
    SubprotocolAnswer answering(link, scope, rules_.source.subprotocol());
    co_await inner_.run(scope, answering);
}

std::span<const std::string_view> TokenAuthFactoryBase::provides() const {
    return k_provides;
}

void TokenAuthFactoryBase::set_rules(const ConfigView& section,
                                     std::string scheme,
                                     std::unique_ptr<TokenCheck> check) {
    rules_.source = TokenSource(std::move(scheme), section);
    rules_.refuse = section.text("invalid") == "refuse";
    rules_.check = std::move(check);
}

std::unique_ptr<Application> TokenAuthFactoryBase::wrap(Application& inner) const {
    return std::make_unique<TokenAuth>(rules_, inner);
}

std::span<const KeySpec> TokenAuthMiddlewareFactory::keys() const {
    static constexpr KeySpec k_keys[] = {
        {"keyword", ValueKind::text, "Token", "the scheme of the Authorization header: `Token KEY`"},
        TokenSource::k_subprotocol_key,
        TokenSource::k_query_key,
        k_invalid_key,
    };
    return k_keys;
}

void TokenAuthMiddlewareFactory::configure(const ConfigView& section, Services& services) {
    const std::string& keyword = section.text("keyword");
    if (!is_token(keyword)) {
        throw ConfigError(
            section.describe("keyword", "`" + keyword + "` cannot be a scheme; use a word such as Token"));
    }
    set_rules(section, keyword, std::make_unique<TableCheck>(services));
}

}  // namespace zanhu::middleware
