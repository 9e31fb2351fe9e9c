#include "middleware/request_log.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>
#include <variant>

#include <zanhu/errors.h>
#include <zanhu/user.h>

namespace zanhu::middleware {

namespace {

using Clock = std::chrono::steady_clock;

/// What is known of one request or socket at a moment.
struct Facts {
    const char* event = "request";
    int status = 0;
    std::uint16_t code = 0;
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    Clock::time_point begun = Clock::now();
    ValueMap kept;  // of the headers, which are let go when a socket is accepted
};

Value whole(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

/// Nil for 0, which is no status and no close code.
Value number_or_nil(int number) {
    return number == 0 ? Value() : Value(number);
}

Value user_of(Scope& scope) {
    const User* user = scope.find<User>("user");
    return user == nullptr || user->is_anonymous() ? Value() : Value(user->username());
}

struct FieldSpec {
    std::string_view name;
    Value (*value)(Scope&, const Facts&);
};

// What a line may say; a header's field is in Facts::kept.
constexpr FieldSpec k_fields[] = {
    {"event", [](Scope&, const Facts& facts) { return Value(facts.event); }},
    {"method", [](Scope& scope, const Facts&) { return Value(scope.method); }},
    {"path", [](Scope& scope, const Facts&) { return Value(scope.path); }},
    {"status", [](Scope&, const Facts& facts) { return number_or_nil(facts.status); }},
    {"code", [](Scope&, const Facts& facts) { return number_or_nil(facts.code); }},
    {"user", [](Scope& scope, const Facts&) { return user_of(scope); }},
    {"client", [](Scope& scope, const Facts&) { return Value(scope.client.address); }},
    {"connection", [](Scope& scope, const Facts&) { return whole(scope.connection_id); }},
    {"duration_ms",
     [](Scope&, const Facts& facts) {
         const auto lasted =
             std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - facts.begun);
         return whole(static_cast<std::uint64_t>(lasted.count()));
     }},
    {"received", [](Scope&, const Facts& facts) { return whole(facts.received); }},
    {"sent", [](Scope&, const Facts& facts) { return whole(facts.sent); }},
    {"host", [](Scope&, const Facts& facts) { return *facts.kept.find("host"); }},
    {"origin", [](Scope&, const Facts& facts) { return *facts.kept.find("origin"); }},
    {"user_agent", [](Scope&, const Facts& facts) { return *facts.kept.find("user_agent"); }},
};

const FieldSpec* find_field(std::string_view name) {
    const auto* found = std::ranges::find(k_fields, name, &FieldSpec::name);
    return found == std::end(k_fields) ? nullptr : found;
}

Value header_of(const Scope& scope, std::string_view name) {
    const auto value = scope.headers.find(name);
    return value ? Value(*value) : Value();
}

/// A word as it is; anything that could break a line apart as JSON text.
std::string plain(const Value& value) {
    if (value.is_nil()) return "-";
    const auto* text = value.as<std::string>();
    if (text == nullptr) return to_json(value);
    const bool word = !text->empty() && std::ranges::all_of(*text, [](char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
    });
    return word && *text != "-" ? *text : to_json(value);
}

/// A client's bytes may be no UTF-8, which JSON cannot carry.
Value safe(Value value) {
    const auto* text = value.as<std::string>();
    if (text == nullptr) return value;
    std::string ascii = *text;
    try {
        static_cast<void>(to_json(value));
        return value;
    } catch (const Error&) {
        std::ranges::replace_if(
            ascii, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
        return Value(std::move(ascii));
    }
}

void write(const RequestLog::Rules& rules, Scope& scope, const Facts& facts) {
    std::string line;
    ValueMap map;
    for (const std::string& name : rules.fields) {
        Value value = safe(find_field(name)->value(scope, facts));
        if (rules.json) {
            map.set(name, std::move(value));
        } else {
            line += (line.empty() ? "" : " ") + name + "=" + plain(value);
        }
    }
    Poco::Logger::get("zanhu.requests").information(rules.json ? to_json(map) : line);
}

/// What a client that was not answered yet gets when its application fails with that.
int status_of(const std::exception_ptr& error, bool socket) {
    try {
        std::rethrow_exception(error);
    } catch (const NoRoute&) {
        return 404;
    } catch (const PoolSaturated&) {
        return 503;
    } catch (const StopConsumer&) {
        return socket ? 403 : 500;
    } catch (...) {
        return 500;
    }
}

/// Sees what passes. Lives in the middleware's run().
class LoggedLink final : public LinkFilter {
public:
    LoggedLink(Link& inner_link, const RequestLog::Rules& rules, Scope& scope)
        : LinkFilter(inner_link), rules_(rules), scope_(scope) {
        if (scope.type == ScopeType::websocket) facts_.event = "socket";
        for (const std::string& field : rules.fields) {
            if (field == "host" || field == "origin") facts_.kept.set(field, header_of(scope, field));
            if (field == "user_agent") facts_.kept.set(field, header_of(scope, "user-agent"));
        }
    }

    SendAwaiter send(Command command) override {
        const bool accepting = std::holds_alternative<Accept>(command);
        note(command);
        SendAwaiter sent = inner().send(std::move(command));
        const bool accepted = accepting && !token().cancelled();  // it may have been refused
        if (accepted) set_status(101);
        if (accepted && rules_.opens) {
            Facts opened = facts_;
            opened.event = "open";
            write(rules_, scope_, opened);
        }
        return sent;
    }

    void fail(const std::exception_ptr& error) override {
        set_status(status_of(error, scope_.type == ScopeType::websocket));
        inner().fail(error);
    }

    /// The last word on it. `status`: of an exception that the application ended with, or 0.
    void over(int status) {
        if (facts_.status == 0) facts_.status = status;
        write(rules_, scope_, facts_);
    }

private:
    bool on_event(Event& event) override {
        if (std::holds_alternative<Receive>(event)) ++facts_.received;
        if (const auto* body = std::get_if<HttpBody>(&event)) facts_.received += body->bytes.size();
        if (const auto* end = std::get_if<Disconnect>(&event)) {
            if (facts_.status == 101) facts_.code = static_cast<std::uint16_t>(end->code);
        }
        return true;
    }

    void note(const Command& command) {
        if (std::holds_alternative<Close>(command)) set_status(403);
        if (const auto* start = std::get_if<ResponseStart>(&command)) set_status(start->status);
        if (const auto* body = std::get_if<ResponseBody>(&command)) facts_.sent += body->bytes.size();
        if (std::holds_alternative<Send>(command) || std::holds_alternative<SendShared>(command))
            ++facts_.sent;
    }
    void set_status(int status) {
        if (facts_.status == 0) facts_.status = status;
    }

    const RequestLog::Rules& rules_;
    Scope& scope_;
    Facts facts_;
};

constexpr const char* k_all_fields =
    "event, method, path, status, code, user, client, connection, duration_ms, received, sent, host, origin, "
    "user_agent";

}  // namespace

Task<void> RequestLog::run(Scope& scope, Link& link) {
    LoggedLink logged(link, rules_, scope);
    try {
        co_await inner_.run(scope, logged);
        logged.over(0);
        co_return;
    } catch (const NoRoute&) {
        logged.over(404);
        throw;
    } catch (const PoolSaturated&) {
        logged.over(503);
        throw;
    } catch (...) {
        logged.over(500);
        throw;
    }
}

std::span<const KeySpec> RequestLogFactory::keys() const {
    static constexpr KeySpec k_keys[] = {
        {"fields",
         ValueKind::list,
         "event, method, path, status, code, user, client, duration_ms, received, sent, connection",
         "what a line says, in this order; also host, origin, user_agent"},
        {"format", ValueKind::choice, "text", "name=value pairs, or a JSON object", 0, 0, "text|json"},
        {"opens", ValueKind::boolean, "no", "write a line when a socket is accepted, too"},
    };
    return k_keys;
}

void RequestLogFactory::configure(const ConfigView& section, Services&) {
    rules_.fields = section.list("fields");
    rules_.json = section.text("format") == "json";
    rules_.opens = section.boolean("opens");
    for (const std::string& name : rules_.fields) {
        if (find_field(name) == nullptr) {
            throw ConfigError(
                section.describe("fields", "`" + name + "` is no field; there are: " + k_all_fields));
        }
    }
    if (rules_.fields.empty())
        throw ConfigError(
            section.describe("fields", "is empty, so a line says nothing; name some, or unset it"));
}

}  // namespace zanhu::middleware
