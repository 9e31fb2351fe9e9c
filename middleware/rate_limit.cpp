#include "middleware/rate_limit.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include <zanhu/errors.h>
#include <zanhu/event_counter.h>
#include <zanhu/limited_log.h>
#include <zanhu/user.h>

#include "middleware/ip_ranges.h"
#include "middleware/refusal.h"

namespace zanhu::middleware {

namespace {

constexpr std::int64_t k_second = 1000;
constexpr std::int64_t k_day = 86'400 * k_second;

constexpr KeySpec k_keys[] = {
    {"connects",
     ValueKind::integer,
     "0",
     "handshakes and requests of one client in connects_per; 0: any",
     0,
     1'000'000},
    {"connects_per", ValueKind::duration, "10s", "the time that connects counts for", k_second, k_day},
    {"by",
     ValueKind::choice,
     "address",
     "what one client is: an address (of IPv6 its /64), or a user, with anonymous ones by address",
     0,
     0,
     "address|user"},
    {"max_clients",
     ValueKind::integer,
     "65536",
     "clients that are counted at a time; further ones are let through and counted in the metrics",
     1024,
     10'000'000},
    {"messages",
     ValueKind::integer,
     "0",
     "messages of one connection in messages_per; 0: any",
     0,
     10'000'000},
    {"messages_per", ValueKind::duration, "1s", "the time that messages counts for", 100, k_day},
    {"too_many_messages",
     ValueKind::choice,
     "close",
     "close the connection with 1008, or drop the message",
     0,
     0,
     "close|drop"},
};
constexpr std::string_view k_needs_user[] = {"user"};

LimitedLog refused_log("zanhu.middleware");
LimitedLog message_log("zanhu.middleware");
EventCounter refused("rate_limit_refused_total", "Handshakes and requests that RateLimit answered with 429");
EventCounter untracked("rate_limit_untracked_total",
                       "Clients let through because RateLimit had no place left");
EventCounter closed("rate_limit_closed_total", "Connections closed with 1008 for too many messages");
EventCounter dropped("rate_limit_dropped_total", "Messages dropped because there were too many");

/// Counts the client's messages on their way in.
class LimitedLink final : public LinkFilter {
public:
    LimitedLink(Link& inner_link, const RateLimit::Rules& rules, Scope& scope) noexcept
        : LinkFilter(inner_link), rules_(rules), scope_(scope) {}

private:
    bool on_event(Event& event) override {
        if (!std::holds_alternative<Receive>(event)) return true;
        if (!over_ && rules_.messages.admit(full_, loop().now())) return true;
        if (rules_.too_many == RateLimit::TooMany::drop) {
            dropped.add();
            message_log.information("dropped a message on " + scope_.path + ": too many of one connection");
        } else if (!std::exchange(over_, true)) {
            closed.add();
            message_log.information("closed a connection on " + scope_.path +
                                    " with 1008: too many messages");
            // Carried out at once; what comes next is its Disconnect.
            [[maybe_unused]] const SendAwaiter done =
                inner().send(Close(CloseCode::policy_violation, "too many messages"));
        }
        return false;
    }

    const RateLimit::Rules& rules_;
    Scope& scope_;
    Rate::Clock::time_point full_{};
    bool over_ = false;
};

}  // namespace

std::string RateLimit::key_of(Scope& scope) const {
    const User* user = rules_.by == By::user ? scope.find<User>("user") : nullptr;
    if (user != nullptr && user->is_authenticated()) return "user " + user->id();
    return client_network(scope.client.address);
}

Task<void> RateLimit::run(Scope& scope, Link& link) {
    if (rules_.connects.limits()) {
        Rate::Clock::duration wait{};
        const auto outcome = table_.admit(key_of(scope), Rate::Clock::now(), wait);
        if (outcome == RateTable::Outcome::untracked) untracked.add();
        if (outcome == RateTable::Outcome::refused) {
            refused.add();
            refused_log.information("refused " + scope.client.address + " for " + scope.path + ": too often");
            Headers headers;
            const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
            headers.add("retry-after", std::to_string(std::max<std::int64_t>(seconds, 1)));
            return refuse(link, 429, "you connect too often", std::move(headers));
        }
    }
    if (!rules_.messages.limits() || scope.type != ScopeType::websocket) return inner_.run(scope, link);
    return run_limited(scope, link);
}

Task<void> RateLimit::run_limited(Scope& scope, Link& link) {
    LimitedLink limited(link, rules_, scope);
    co_await inner_.run(scope, limited);
}

std::span<const KeySpec> RateLimitFactory::keys() const {
    return k_keys;
}

std::span<const std::string_view> RateLimitFactory::needs() const {
    if (rules_.by == RateLimit::By::address) return {};
    return k_needs_user;
}

void RateLimitFactory::configure(const ConfigView& section, Services&) {
    rules_.connects = Rate(section.integer("connects"), section.duration("connects_per"));
    rules_.messages = Rate(section.integer("messages"), section.duration("messages_per"));
    rules_.most_keys = static_cast<std::size_t>(section.integer("max_clients"));
    rules_.by = section.text("by") == "user" ? RateLimit::By::user : RateLimit::By::address;
    rules_.too_many =
        section.text("too_many_messages") == "drop" ? RateLimit::TooMany::drop : RateLimit::TooMany::close;
    if (!rules_.connects.limits() && !rules_.messages.limits()) {
        throw ConfigError(section.describe(
            "connects",
            "is 0, and `messages` too, so nothing is limited; set one of them, or leave RateLimit out"));
    }
}

}  // namespace zanhu::middleware
