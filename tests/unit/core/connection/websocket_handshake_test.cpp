#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "tests/unit/core/connection/server.h"
#include "tests/unit/core/ws/wire.h"

namespace zanhu::connection::testing {
namespace {

namespace wire = ws::wire;

class WebsocketHandshakeTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(WebsocketHandshakeTest);
    CPPUNIT_TEST(an_accept_is_answered_with_101_and_the_key);
    CPPUNIT_TEST(the_scope_holds_the_request);
    CPPUNIT_TEST(after_the_accept_the_request_is_let_go_unless_it_is_kept);
    CPPUNIT_TEST(an_offered_subprotocol_is_answered_and_another_is_500);
    CPPUNIT_TEST(the_applications_headers_join_the_101_but_not_the_protocols_own);
    CPPUNIT_TEST(every_refusal_has_its_status_and_one_disconnect);
    CPPUNIT_TEST(a_refusal_by_close_has_an_empty_body);
    CPPUNIT_TEST(an_application_writes_its_own_refusal);
    CPPUNIT_TEST(no_route_has_the_configured_status);
    CPPUNIT_TEST(an_application_that_never_answers_is_answered_for);
    CPPUNIT_TEST(a_client_that_goes_before_the_answer_is_a_disconnect_of_1006);
    CPPUNIT_TEST(what_a_client_sends_before_the_101_is_read_after_it);
    CPPUNIT_TEST(very_much_before_the_101_waits_outside);
    CPPUNIT_TEST(a_drain_answers_pending_and_new_handshakes_with_503);
    CPPUNIT_TEST(malformed_handshakes_do_not_reach_the_application);
    CPPUNIT_TEST_SUITE_END();

public:
    void an_accept_is_answered_with_101_and_the_key() {
        Server server;
        WebsocketClient client(server, "/");
        const auto response = client.handshake("Sec-WebSocket-Protocol: chat\r\n");
        CPPUNIT_ASSERT_EQUAL(101, response.status);
        CPPUNIT_ASSERT(response.has("upgrade: websocket\r\n"));
        CPPUNIT_ASSERT(response.has("connection: upgrade\r\n"));
        CPPUNIT_ASSERT(response.has("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"));
        CPPUNIT_ASSERT(!response.has("sec-websocket-protocol"));
        CPPUNIT_ASSERT(!response.has("sec-websocket-extensions"));
        client.send("hello");
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), client.read_text());
    }

    void the_scope_holds_the_request() {
        Server server;
        WebsocketClient client(server, "/a%20b/?q=%201");
        client.handshake("Sec-WebSocket-Protocol: one, two\r\nX-Test: value\r\n");
        server.home.call([&server] {
            CPPUNIT_ASSERT_EQUAL(std::string("GET ws 1.1 /a b/ /a%20b/ q=%201 one,two, value"),
                                 server.application.last_scope);
        });
    }

    void after_the_accept_the_request_is_let_go_unless_it_is_kept() {
        for (const auto& [path, scope] : {std::pair("/let-go", "GET ws 1.1 /let-go    none"),
                                          std::pair("/keep", "GET ws 1.1 /keep /keep  one, value")}) {
            Server server;
            WebsocketClient client(server, path);
            client.handshake("Sec-WebSocket-Protocol: one\r\nX-Test: value\r\n");
            CPPUNIT_ASSERT_EQUAL(std::string(scope),
                                 server.home.call([&] { return server.application.scope_at_last_event; }));
        }
    }

    void an_offered_subprotocol_is_answered_and_another_is_500() {
        Server server;
        WebsocketClient offered(server, "/subprotocol/two");
        CPPUNIT_ASSERT(
            offered.handshake("Sec-WebSocket-Protocol: one, two\r\n").has("sec-websocket-protocol: two\r\n"));
        WebsocketClient other(server, "/subprotocol/three");
        CPPUNIT_ASSERT_EQUAL(500, other.handshake("Sec-WebSocket-Protocol: one, two\r\n").status);
    }

    void the_applications_headers_join_the_101_but_not_the_protocols_own() {
        Server server;
        WebsocketClient good(server, "/header");
        CPPUNIT_ASSERT(good.handshake().has("x-app: yes\r\n"));
        WebsocketClient bad(server, "/bad-header");
        CPPUNIT_ASSERT_EQUAL(500, bad.handshake().status);
    }

    void every_refusal_has_its_status_and_one_disconnect() {
        const std::pair<const char*, int> cases[] = {{"/close", 403},
                                                     {"/denial", 401},
                                                     {"/throw", 500},
                                                     {"/send", 500},
                                                     {"/return", 500},
                                                     {"/no-route", 404},
                                                     {"/throw-at-once", 500}};
        for (const auto& [path, status] : cases) {
            Server server;
            WebsocketClient client(server, path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, status, client.handshake().status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::string(), client.http.peer.read_to_end());
            client.http.peer.close();
            server.wait_for_end();
            const bool waits = std::string(path) == "/close" || std::string(path) == "/denial";
            const bool runs = std::string(path) != "/throw-at-once";
            const std::string expected = waits ? "connect disconnect 1006 " : runs ? "connect " : "";
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, expected, server.log());
        }
    }

    void a_refusal_by_close_has_an_empty_body() {
        Server server;
        WebsocketClient client(server, "/close");
        const auto response = client.handshake();
        CPPUNIT_ASSERT(response.has("content-length: 0\r\n") && response.has("connection: close\r\n"));
    }

    void an_application_writes_its_own_refusal() {
        Server server;
        WebsocketClient client(server, "/denial");
        const auto response = client.handshake();
        CPPUNIT_ASSERT(response.has("x-why: test\r\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("no entry"), response.body);
    }

    void no_route_has_the_configured_status() {
        Options options = Server::quick_options();
        options.route_not_found = 403;
        Server server(options);
        WebsocketClient client(server, "/no-route");
        CPPUNIT_ASSERT_EQUAL(403, client.handshake().status);
    }

    void an_application_that_never_answers_is_answered_for() {
        Options options = Server::quick_options();
        options.handshake_timeout = std::chrono::milliseconds(50);
        Server server(options);
        WebsocketClient client(server, "/silent");
        CPPUNIT_ASSERT_EQUAL(504, client.handshake().status);
        server.wait_for_log("disconnect 1006 ");
    }

    void a_client_that_goes_before_the_answer_is_a_disconnect_of_1006() {
        Server server;
        WebsocketClient client(server, "/silent");
        client.send_raw(WebsocketClient::request("/silent"));
        server.wait_for_log("connect ");
        client.http.peer.close();
        server.wait_for_log("connect disconnect 1006 ");
        server.wait_for_end();
    }

    void what_a_client_sends_before_the_101_is_read_after_it() {
        Server server;
        WebsocketClient client(server, "/");
        client.send_raw(WebsocketClient::request("/") + wire::frame(0x81, "early") +
                        wire::frame(0x81, "bird"));
        CPPUNIT_ASSERT_EQUAL(101, client.http.read_response().status);
        CPPUNIT_ASSERT_EQUAL(std::string("early"), client.read_text());
        CPPUNIT_ASSERT_EQUAL(std::string("bird"), client.read_text());
        client.send("later");
        CPPUNIT_ASSERT_EQUAL(std::string("later"), client.read_text());
    }

    void very_much_before_the_101_waits_outside() {
        Server server;
        WebsocketClient client(server, "/silent");
        client.send_raw(WebsocketClient::request("/silent"));
        server.wait_for_log("connect ");
        const std::string frame = wire::frame(0x81, std::string(100'000, 'x'));
        std::string left;
        for (int i = 0; i < 40; ++i)
            left += frame;
        std::size_t taken = 0;
        for (std::size_t more = 1; more > 0;) {
            more = client.http.peer.send_some(std::string_view(left).substr(taken));
            taken += more;
            server.home.call([] {});
        }
        CPPUNIT_ASSERT(taken < left.size());
        server.home.call([&server] {
            Task<void> accepting = accept_now(*server.application.links.at("/silent"));
            accepting.start([](void*) {}, nullptr);
        });
        CPPUNIT_ASSERT_EQUAL(101, client.http.read_response().status);
        left.erase(0, taken);
        for (int i = 0; i < 40; ++i) {
            left.erase(0, client.http.peer.send_some(left));
            CPPUNIT_ASSERT_EQUAL(std::size_t(100'000), client.read_text().size());
        }
        CPPUNIT_ASSERT(left.empty());
    }

    void a_drain_answers_pending_and_new_handshakes_with_503() {
        Server server;
        WebsocketClient pending(server, "/silent");
        pending.send_raw(WebsocketClient::request("/silent"));
        server.wait_for_log("connect ");
        WebsocketClient next(server, "/");
        WebsocketClient idle(server, "/");
        next.send_raw("GET / HTTP/1.1\r\n");
        server.home.eventually([&server] { return server.registry->size() == 3; });
        server.home.call([&server] { server.registry->drain(); });
        CPPUNIT_ASSERT_EQUAL(503, pending.http.read_response().status);
        server.wait_for_log("disconnect 1006 ");
        CPPUNIT_ASSERT_EQUAL(std::string(), idle.http.peer.read_to_end());
        WebsocketClient late(server, "/");
        CPPUNIT_ASSERT_EQUAL(503, late.handshake().status);
    }

    void malformed_handshakes_do_not_reach_the_application() {
        Server server;
        const std::string good = WebsocketClient::request("/");
        const auto answer_to = [&server](std::string text, const std::string& from, const std::string& to) {
            text.replace(text.find(from), from.size(), to);
            HttpClient client(server.connect());
            client.peer.send(text);
            return client.read_response();
        };
        CPPUNIT_ASSERT_EQUAL(400, answer_to(good, "dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=").status);
        const auto old = answer_to(good, "Version: 13", "Version: 8");
        CPPUNIT_ASSERT_EQUAL(426, old.status);
        CPPUNIT_ASSERT(old.has("sec-websocket-version: 13\r\n"));
        CPPUNIT_ASSERT_EQUAL(400, answer_to(good, "Host:", "Content-Length: 5\r\nHost:").status);
        CPPUNIT_ASSERT(server.log().empty());
    }

private:
    static Task<void> accept_now(Link& link) { co_await link.send(Accept()); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebsocketHandshakeTest);

}  // namespace
}  // namespace zanhu::connection::testing
