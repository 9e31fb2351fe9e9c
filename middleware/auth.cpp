#include "middleware/auth.h"

#include <utility>

#include <zanhu/credential.h>
#include <zanhu/errors.h>
#include <zanhu/session.h>
#include <zanhu/user.h>

namespace zanhu::middleware {

namespace {

constexpr std::string_view k_needs[] = {"session"};
constexpr std::string_view k_provides[] = {"user"};
constexpr std::string_view k_stack_provides[] = {"cookies", "session", "user"};

/// The three, and the order in which they stand around `inner`.
class Stack final : public Application {
public:
    Stack(const CookieMiddlewareFactory& cookie,
          const SessionMiddlewareFactory& session,
          const AuthMiddlewareFactory& auth,
          Application& inner)
        : auth_(auth.wrap(inner)), session_(session.wrap(*auth_)), cookie_(cookie.wrap(*session_)) {}
    Task<void> run(Scope& scope, Link& link) override { return cookie_->run(scope, link); }

private:
    std::unique_ptr<Application> auth_;
    std::unique_ptr<Application> session_;
    std::unique_ptr<Application> cookie_;
};

}  // namespace

Task<void> AuthMiddleware::run(Scope& scope, Link& link) {
    auto* session = scope.find<Session>("session");
    if (session == nullptr) throw Error("AuthMiddleware needs SessionMiddleware further out in its chain");
    if (scope.find<User>("user") != nullptr) return inner_.run(scope, link);
    if (!session->key().empty()) return run_with_user(scope, link);
    session->set_loaded(ValueMap());
    scope.set("user", User());
    return inner_.run(scope, link);
}

Task<void> AuthMiddleware::load_user(Scope& scope) {
    SessionAndUser found = co_await sessions_.authenticate(scope.find<Session>("session")->key());
    scope.find<Session>("session")->set_loaded(std::move(found.data));
    if (found.user.is_authenticated())
        scope.set("credential", Credential(Credential::Kind::session, scope.find<Session>("session")->key()));
    scope.set("user", std::move(found.user));
}

// Apart from load_user, because this frame stays for the connection's whole life.
Task<void> AuthMiddleware::run_with_user(Scope& scope, Link& link) {
    co_await load_user(scope);
    co_await inner_.run(scope, link);
}

std::span<const std::string_view> AuthMiddlewareFactory::needs() const {
    return k_needs;
}

std::span<const std::string_view> AuthMiddlewareFactory::provides() const {
    return k_provides;
}

std::unique_ptr<Application> AuthMiddlewareFactory::wrap(Application& inner) const {
    return std::make_unique<AuthMiddleware>(services_->sessions(), inner);
}

std::span<const std::string_view> AuthMiddlewareStackFactory::provides() const {
    return k_stack_provides;
}

void AuthMiddlewareStackFactory::configure(const ConfigView& section, Services& services) {
    cookie_.configure(section, services);
    session_.configure(section, services);
    auth_.configure(section, services);
}

std::unique_ptr<Application> AuthMiddlewareStackFactory::wrap(Application& inner) const {
    return std::make_unique<Stack>(cookie_, session_, auth_, inner);
}

}  // namespace zanhu::middleware
