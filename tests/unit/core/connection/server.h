#pragma once

#include <coroutine>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <zanhu/application.h>

#include "core/connection/options.h"
#include "core/connection/registry.h"
#include "tests/unit/loop_thread.h"
#include "tests/unit/socket_peer.h"

namespace zanhu::connection::testing {

/// Waits until the test resumes what it puts into the place.
class Held {
public:
    explicit Held(std::coroutine_handle<>& place) noexcept : place_(place) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiter) noexcept { place_ = awaiter; }
    void await_resume() const noexcept {}

private:
    std::coroutine_handle<>& place_;
};

/// An application that does what the request's path and the client's messages say (see obedient.cpp), and
/// notes what happens to it. Everything in it is touched on the loop only.
class Obedient final : public Application {
public:
    Task<void> run(Scope& scope, Link& link) override;

    std::string log;
    std::map<std::string, Link*> links;  ///< the open WebSockets, by path
    int running = 0;
    std::string last_scope;                  ///< what the scope held at the start
    std::string scope_at_last_event;         ///< the same behind the last event
    std::coroutine_handle<> held = nullptr;  ///< the application that was told to hold
    int knocks = 0;                          ///< layer messages taken
    int deepest = 0;                         ///< how deep applications resumed each other within each other

private:
    Task<void> serve_websocket(Scope& scope, Link& link);
    Task<void> serve_http(Scope& scope, Link& link);
    Task<bool> answer_handshake(Scope& scope, Link& link);
    Task<bool> obey(Receive message, Link& link);
    void note_event(const Event& event);
    void knock_at(const std::string& path, const SharedMessage& message);

    int depth_ = 0;
};

/// One loop with its connections, all served by one Obedient. Peers are declared behind it, so that they end
/// first.
class Server {
public:
    explicit Server(Options server_options = quick_options(), Admission::Limits limits = {});
    ~Server();

    /// Limits and deadlines that do not come due by themselves within a test.
    static Options quick_options();

    test::SocketPeer connect(bool over_tcp = false);
    std::string log() {
        return home.call([this] { return application.log; });
    }
    void wait_for_log(std::string_view end) {
        home.eventually([this, end] { return application.log.ends_with(end); });
    }
    /// Lets the application go on that was told to hold.
    void release();
    /// Until every connection and application has ended.
    void wait_for_end() {
        home.eventually([this] { return registry->size() == 0 && application.running == 0; });
    }

    Options options;
    Admission admission;
    Obedient application;
    test::LoopThread home;
    std::unique_ptr<Registry> registry;
};

std::uint64_t counted(std::string_view counter);

/// A client that speaks HTTP.
class HttpClient {
public:
    explicit HttpClient(test::SocketPeer socket) : peer(std::move(socket)) {}

    struct Response {
        int status = 0;
        std::string head;  ///< lower case
        std::string body;
        bool has(std::string_view field) const { return head.find(field) != std::string::npos; }
    };
    void request(const std::string& method, const std::string& target, const std::string& more = {});
    /// `without_body`: as behind HEAD.
    Response read_response(bool without_body = false);

    test::SocketPeer peer;
};

/// A client that speaks WebSocket, byte by byte.
class WebsocketClient {
public:
    WebsocketClient(Server& server, const std::string& path, bool over_tcp = false)
        : http(server.connect(over_tcp)), path_(path) {}

    static std::string request(const std::string& path, const std::string& more = {});
    /// Sends the handshake, reads the answer's head (and a refusal's body).
    HttpClient::Response handshake(const std::string& more = {});
    /// A handshake that must be accepted.
    void open();

    void send(std::string_view text);
    void send_raw(std::string_view bytes) { http.peer.send(bytes); }
    void send_close(unsigned code);

    struct Frame {
        unsigned opcode = 0;
        std::string payload;
    };
    Frame read_frame();
    /// The payload of the next frame, which must be a text.
    std::string read_text();
    /// The code of the next frame, which must be a close; 0: without a code.
    unsigned read_close();

    HttpClient http;

private:
    std::string path_;
};

}  // namespace zanhu::connection::testing
