#include "middleware/jwt_auth.h"

#include <memory>
#include <utility>

#include "middleware/jwt.h"

namespace zanhu::middleware {

namespace {

/// How the claim leads to a person.
enum class LookUp { id, username, claims };

class JwtCheck final : public TokenCheck {
public:
    JwtCheck(Services& services, JwtVerifier verifier, const ConfigView& section)
        : services_(services),
          verifier_(std::move(verifier)),
          claim_(section.text("user_claim")),
          username_claim_(section.text("username_claim")),
          look_up_(section.text("user") == "id"         ? LookUp::id
                   : section.text("user") == "username" ? LookUp::username
                                                        : LookUp::claims) {}

    Task<TokenVerdict> check(std::string token) override {
        JwtResult result = verifier_.verify(token, std::chrono::system_clock::now());
        if (!result.problem.empty()) co_return TokenVerdict(std::move(result.problem));
        std::string value = text_of(result.claims, claim_);
        if (value.empty()) co_return TokenVerdict("it has no claim `" + claim_ + "`");
        std::optional<User> user;
        if (look_up_ == LookUp::id) user = co_await services_.accounts().find_by_id(value);
        if (look_up_ == LookUp::username) user = co_await services_.accounts().find_by_username(value);
        if (look_up_ == LookUp::claims) user = claimed(value, text_of(result.claims, username_claim_));
        if (!user || !user->is_active) co_return TokenVerdict("there is no active user behind it");
        Credential credential(look_up_ == LookUp::claims ? Credential::Kind::claim : Credential::Kind::user,
                              user->id());
        credential.expires = result.expires;
        co_return TokenVerdict(std::move(*user), std::move(credential));
    }

private:
    /// Who has no name is called by the id.
    static User claimed(const std::string& id, std::string name) {
        return User(id, name.empty() ? id : std::move(name));
    }
    /// Text, or a whole number as text.
    static std::string text_of(const ValueMap& claims, const std::string& name) {
        const Value* value = claims.find(name);
        if (value == nullptr) return {};
        if (const auto* text = value->as<std::string>()) return *text;
        if (const auto* number = value->as<std::int64_t>()) return std::to_string(*number);
        return {};
    }

    Services& services_;
    const JwtVerifier verifier_;
    const std::string claim_;
    const std::string username_claim_;
    const LookUp look_up_;
};

}  // namespace

std::span<const KeySpec> JwtAuthMiddlewareFactory::keys() const {
    constexpr std::int64_t k_minute = 60'000;
    static constexpr KeySpec k_keys[] = {
        {"algorithms",
         ValueKind::list,
         "HS256",
         "those that are accepted: HS256, HS384, HS512, RS256, ES256"},
        {"secrets",
         ValueKind::secret_list,
         "",
         "keys of HS256, HS384 and HS512, each as SECRET or, to be chosen by a token's `kid`, as ID:SECRET"},
        {"public_keys",
         ValueKind::list,
         "",
         "PEM files with keys of RS256 and ES256, each as /PATH or, to be chosen by `kid`, as ID:/PATH"},
        {"issuer", ValueKind::list, "", "what `iss` may be; empty: anything"},
        {"audience",
         ValueKind::list,
         "",
         "of which `aud` must have one; empty: a token with `aud` is refused"},
        {"require_exp", ValueKind::boolean, "yes", "refuse a token that never expires"},
        {"leeway", ValueKind::duration, "30s", "how far the clock of who signs may differ", 0, 10 * k_minute},
        {"user_claim", ValueKind::text, "user_id", "the claim that says who it is"},
        {"user",
         ValueKind::choice,
         "id",
         "what that claim is: an id or a username in the database, or with `claims` all there is to know",
         0,
         0,
         "id|username|claims"},
        {"username_claim", ValueKind::text, "username", "with user = claims: the claim with the user's name"},
        TokenSource::k_subprotocol_key,
        TokenSource::k_query_key,
        k_invalid_key,
    };
    return k_keys;
}

void JwtAuthMiddlewareFactory::configure(const ConfigView& section, Services& services) {
    JwtRules rules;
    rules.issuers = section.list("issuer");
    rules.audiences = section.list("audience");
    rules.needs_expiry = section.boolean("require_exp");
    rules.leeway = std::chrono::duration_cast<std::chrono::seconds>(section.duration("leeway"));
    JwtVerifier verifier(jwt_keys(section), std::move(rules));
    set_rules(section, "Bearer", std::make_unique<JwtCheck>(services, std::move(verifier), section));
}

}  // namespace zanhu::middleware
