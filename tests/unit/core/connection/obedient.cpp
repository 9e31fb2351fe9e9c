#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/session.h>
#include <zanhu/user.h>

#include "tests/unit/core/connection/server.h"

namespace zanhu::connection::testing {

namespace {

/// Counts the run of an application, and keeps its link where tests and others find it.
class Running {
public:
    Running(Obedient& application, std::string path, Link& link)
        : application_(application), path_(std::move(path)) {
        ++application_.running;
        application_.links[path_] = &link;
    }
    ~Running() {
        --application_.running;
        application_.links.erase(path_);
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

private:
    Obedient& application_;
    std::string path_;
};

/// Takes every event for a link, as a consumer does that has a handler for each.
class Everything final : public Inbox {
public:
    Everything(Link& link, bool forwards) noexcept : link_(link), forwards_(forwards) { link_.attach(this); }
    ~Everything() override { link_.attach(nullptr); }
    DeliverResult deliver(const SharedMessage& message) override {
        return forwards_ ? link_.forward(message) : link_.push(message);
    }

private:
    Link& link_;
    const bool forwards_;
};

const char* name_of(SendResult result) {
    switch (result) {
        case SendResult::sent:
            return "sent ";
        case SendResult::queued:
            return "queued ";
        case SendResult::closed:
            return "closed ";
    }
    return "? ";
}

std::string describe(const Scope& scope) {
    std::string text = scope.method + " " + scope.scheme + " " + scope.http_version + " " + scope.path + " " +
                       scope.raw_path + " " + scope.query_string + " ";
    for (const std::string& subprotocol : scope.subprotocols)
        text += subprotocol + ",";
    return text + " " + std::string(scope.headers.find("x-test").value_or("none"));
}

}  // namespace

Task<void> Obedient::run(Scope& scope, Link& link) {
    last_scope = describe(scope);
    if (scope.path == "/throw-at-once") throw std::runtime_error("no coroutine yet");
    return scope.type == ScopeType::http ? serve_http(scope, link) : serve_websocket(scope, link);
}

void Obedient::note_event(const Event& event) {
    if (std::holds_alternative<Connect>(event)) log += "connect ";
    if (const auto* message = std::get_if<Receive>(&event)) {
        log += message->data.size() > 20 ? std::to_string(message->data.size()) + "-bytes "
                                         : message->data + " ";
    }
    if (const auto* message = std::get_if<SharedMessage>(&event)) log += (*message)->type() + " ";
    if (const auto* body = std::get_if<HttpBody>(&event)) {
        log += "body(" + std::to_string(body->bytes.size()) + (body->more ? "+) " : ") ");
    }
    if (const auto* end = std::get_if<Disconnect>(&event)) {
        log += "disconnect " + std::to_string(static_cast<int>(end->code)) + " ";
    }
}

void Obedient::knock_at(const std::string& path, const SharedMessage& message) {
    ++knocks;
    deepest = std::max(deepest, ++depth_);
    const auto target = links.find(path);
    if (target != links.end()) (void)target->second->push(message);
    --depth_;
}

/// False when the handshake was not accepted and there is nothing more to do than to wait for Disconnect.
Task<bool> Obedient::answer_handshake(Scope& scope, Link& link) {
    const std::string path = scope.path;
    if (path == "/silent") co_return false;
    if (path == "/throw") throw std::runtime_error("a fault in connect");
    if (path == "/no-route") throw NoRoute("no route");
    if (path == "/send") co_await link.send(Send(MessageKind::text, "too early"));
    if (path == "/close") {
        co_await link.send(Close(CloseCode(4007)));
        co_return false;
    }
    if (path == "/denial") {
        ResponseStart start(401);
        start.headers.add("x-why", "test");
        co_await link.send(std::move(start));
        co_await link.send(ResponseBody("no ", true));
        co_await link.send(ResponseBody("entry"));
        co_return false;
    }
    if (path.starts_with("/late/")) {
        Held waiting(held);
        co_await waiting;
        scope.set("user", User(path.substr(6), "somebody"));
    }
    scope.keep_request = path == "/keep";
    Accept accept;
    if (path.starts_with("/subprotocol/")) accept.subprotocol = path.substr(13);
    if (path == "/header") accept.headers.add("x-app", "yes");
    if (path == "/bad-header") accept.headers.add("Sec-WebSocket-Extensions", "mine");
    co_await link.send(std::move(accept));
    co_return true;
}

/// False when the application is to return.
Task<bool> Obedient::obey(Receive message, Link& link) {
    const std::string& text = message.data;
    if (text == "throw") throw std::runtime_error("a fault in receive");
    if (text == "return") co_return false;
    if (text == "accept") co_await link.send(Accept());
    if (text == "sleep") co_await link.loop().sleep_for(std::chrono::hours(1), link.token());
    if (text == "ignore") co_return true;
    if (text == "hold") {
        Held waiting(held);
        co_await waiting;
        co_return true;
    }
    if (text.starts_with("close "))
        co_await link.send(Close(CloseCode(std::stoi(text.substr(6))), "because"));
    if (text.starts_with("send ")) {
        Send large(MessageKind::text, std::string(std::stoul(text.substr(5)), 'x'));
        const SendResult result = co_await link.send(std::move(large));
        log += name_of(result);
        co_return true;
    }
    Send echo(message.kind, std::move(message.data));
    co_await link.send(std::move(echo));
    co_return true;
}

Task<void> Obedient::serve_websocket(Scope& scope, Link& link) {
    const Running running_now(*this, scope.path, link);
    const Everything everything(link, scope.path == "/forward");
    if (scope.path.starts_with("/user/")) scope.set("user", User(scope.path.substr(6), "somebody"));
    if (scope.query_string.starts_with("session="))
        scope.set("session", Session(scope.query_string.substr(8)));
    const std::string next = scope.path.starts_with("/chain/") ? scope.query_string : "";
    for (;;) {
        Event event = co_await link.receive();
        note_event(event);
        if (std::holds_alternative<Disconnect>(event)) break;
        if (std::holds_alternative<Connect>(event)) {
            if (scope.path == "/return") co_return;
            co_await answer_handshake(scope, link);
        }
        if (const auto* message = std::get_if<SharedMessage>(&event)) {
            knock_at(next, *message);
        }
        scope_at_last_event = describe(scope);
        if (auto* message = std::get_if<Receive>(&event)) {
            const bool go_on = co_await obey(std::move(*message), link);
            if (!go_on) co_return;
        }
    }
    if (scope.path == "/linger")
        co_await link.loop().sleep_for(std::chrono::milliseconds(100), CancelToken());
    bool cancelled = false;
    try {
        co_await link.receive();
    } catch (const Cancelled&) {
        cancelled = true;
    }
    if (!cancelled) log += "an event after Disconnect ";
    const SendResult result = co_await link.send(Send(MessageKind::text, "after the end"));
    if (result != SendResult::closed) log += "could still send ";
}

Task<void> Obedient::serve_http(Scope& scope, Link& link) {
    const Running running_now(*this, scope.path, link);
    const std::string path = scope.path;
    if (path == "/throw") throw std::runtime_error("a fault before the head");
    if (path == "/no-route") throw NoRoute("no route");
    if (path == "/saturated") throw PoolSaturated("full");
    if (path == "/return") co_return;
    std::string body;
    for (bool more = true; more && path != "/early";) {
        Event event = co_await link.receive();
        note_event(event);
        if (std::holds_alternative<Disconnect>(event)) co_return;
        if (auto* piece = std::get_if<HttpBody>(&event)) {
            body += piece->bytes;
            more = piece->more;
        }
    }
    if (path == "/wait") {
        Event event = co_await link.receive();
        note_event(event);
        co_return;
    }
    ResponseStart start(path == "/204" ? 204 : 200);
    start.headers.add("x-app", "yes");
    co_await link.send(std::move(start));
    if (path == "/throw-late") {
        co_await link.send(ResponseBody("half of ", true));
        throw std::runtime_error("a fault behind the head");
    }
    if (path == "/pieces") {
        co_await link.send(ResponseBody("one ", true));
        co_await link.send(ResponseBody("", true));
        co_await link.send(ResponseBody("two", true));
        co_await link.send(ResponseBody("", false));
        co_return;
    }
    if (path == "/large") {
        for (int i = 0; i < 64; ++i) {
            ResponseBody piece(std::string(64 << 10, 'x'), i < 63);
            const SendResult result = co_await link.send(std::move(piece));
            if (result == SendResult::closed) log += "closed ";
            if (result == SendResult::closed) co_return;
        }
        log += "done ";
        co_return;
    }
    ResponseBody whole(path == "/echo" ? body : "hello from " + path);
    co_await link.send(std::move(whole));
    if (path == "/twice") co_await link.send(ResponseBody("again"));
}

}  // namespace zanhu::connection::testing
