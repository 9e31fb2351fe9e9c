#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <zanhu/components.h>
#include <zanhu/credential.h>
#include <zanhu/user.h>

#include "middleware/token_source.h"

namespace zanhu::middleware {

/// What a token says: a person, or why it is not good.
struct TokenVerdict {
    TokenVerdict() = default;
    explicit TokenVerdict(std::string why_not) : problem(std::move(why_not)) {}
    TokenVerdict(User owner, Credential let_in_by)
        : user(std::move(owner)), credential(std::move(let_in_by)) {}
    std::optional<User> user;
    std::optional<Credential> credential;
    std::string problem;  ///< for the log; never the token
};

/// What knows one kind of token. Owned by its factory, constant after configure(); called on any loop.
class TokenCheck {
public:
    virtual ~TokenCheck() = default;
    virtual Task<TokenVerdict> check(std::string token) = 0;
};

/// Puts the person whose token the client brought into the scope's slot "user", as AuthMiddleware does for
/// sessions. Without a token nothing is set, so an AuthMiddleware further in looks for a session; a user that
/// was found further out is kept. A token that is not good is answered with 401, or taken for none.
class TokenAuth final : public Application {
public:
    struct Rules {
        TokenSource source;
        bool refuse = true;
        std::unique_ptr<TokenCheck> check;
    };

    TokenAuth(const Rules& rules, Application& inner) noexcept : rules_(rules), inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override;

private:
    Task<bool> admit(Scope& scope, Link& link, std::string token);
    Task<void> run_with_token(Scope& scope, Link& link, std::string token);
    Task<void> run_with_answer(Scope& scope, Link& link, std::string token);

    const Rules& rules_;
    Application& inner_;
};

/// What the factories of token authentication have in common.
class TokenAuthFactoryBase : public MiddlewareFactory {
public:
    std::span<const std::string_view> provides() const override;
    std::unique_ptr<Application> wrap(Application& inner) const override;

protected:
    static constexpr KeySpec k_invalid_key{
        "invalid",
        ValueKind::choice,
        "refuse",
        "what becomes of a client with a bad token: refused with 401, or let "
        "on as if it had none",
        0,
        0,
        "refuse|anonymous"};
    void set_rules(const ConfigView& section, std::string scheme, std::unique_ptr<TokenCheck> check);

private:
    TokenAuth::Rules rules_;
};

/// `class = TokenAuthMiddleware`: tokens of Django REST framework's table authtoken_token.
class TokenAuthMiddlewareFactory final : public TokenAuthFactoryBase {
public:
    std::span<const KeySpec> keys() const override;
    void configure(const ConfigView& section, Services& services) override;
};

}  // namespace zanhu::middleware
