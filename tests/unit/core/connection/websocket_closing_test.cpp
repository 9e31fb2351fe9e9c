#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "tests/unit/core/connection/server.h"
#include "tests/unit/core/ws/wire.h"

namespace zanhu::connection::testing {
namespace {

namespace wire = ws::wire;
using std::chrono::milliseconds;

/// Every way to end: what the client sees, and that the application gets Disconnect once, with the right
/// code.
class WebsocketClosingTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(WebsocketClosingTest);
    CPPUNIT_TEST(the_application_closes_with_code_and_reason);
    CPPUNIT_TEST(a_code_that_may_not_be_sent_becomes_1011);
    CPPUNIT_TEST(a_fault_of_the_application_is_1011);
    CPPUNIT_TEST(a_second_accept_is_1011);
    CPPUNIT_TEST(an_application_that_returns_closes_with_1000);
    CPPUNIT_TEST(the_clients_close_is_echoed_and_the_socket_ends);
    CPPUNIT_TEST(a_client_that_vanishes_is_1006);
    CPPUNIT_TEST(a_reset_is_1006);
    CPPUNIT_TEST(violations_end_with_the_right_close_frame);
    CPPUNIT_TEST(a_message_behind_a_close_is_not_delivered);
    CPPUNIT_TEST(messages_ahead_of_a_clients_close_are_delivered_first);
    CPPUNIT_TEST(a_drain_closes_with_1001_and_a_reason);
    CPPUNIT_TEST(a_user_can_be_closed_out_and_the_others_stay);
    CPPUNIT_TEST(a_session_can_be_closed_out_and_the_others_stay);
    CPPUNIT_TEST(a_handshake_that_is_under_way_meanwhile_is_refused);
    CPPUNIT_TEST(a_ping_that_is_not_answered_drops_the_connection);
    CPPUNIT_TEST(any_byte_answers_a_ping);
    CPPUNIT_TEST(a_ping_of_the_client_is_answered);
    CPPUNIT_TEST(a_client_without_messages_is_closed_when_that_is_asked_for);
    CPPUNIT_TEST(a_client_that_does_not_answer_a_close_is_dropped);
    CPPUNIT_TEST(behind_its_own_close_the_server_answers_nothing_until_the_clients);
    CPPUNIT_TEST(a_handler_that_waits_is_cancelled_by_the_end);
    CPPUNIT_TEST(an_application_that_lingers_is_reported_and_waited_for);
    CPPUNIT_TEST_SUITE_END();

public:
    void the_application_closes_with_code_and_reason() {
        Server server;
        WebsocketClient client(server, "/");
        client.open();
        client.send("close 4007");
        const auto frame = client.read_frame();
        CPPUNIT_ASSERT_EQUAL(0x88U, frame.opcode);
        CPPUNIT_ASSERT_EQUAL(wire::code_bytes(4007) + "because", frame.payload);
        client.send_close(4007);
        ends_with(server, client, "connect close 4007 disconnect 4007 ");
    }

    void a_code_that_may_not_be_sent_becomes_1011() {
        for (const char* code : {"403", "1005", "1006", "999", "2000", "5000"}) {
            Server server;
            WebsocketClient client(server, "/");
            client.open();
            client.send(std::string("close ") + code);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(code, 1011U, client.read_close());
            client.send_close(1011);
            ends_with(server, client, "disconnect 1011 ");
        }
    }

    void a_fault_of_the_application_is_1011() {
        Server server;
        WebsocketClient client(server, "/");
        client.open();
        const auto before = counted("application_errors_total");
        client.send("throw");
        CPPUNIT_ASSERT_EQUAL(1011U, client.read_close());
        client.send_close(1011);
        ends_with(server, client, "connect throw ");
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("application_errors_total"));
    }

    void a_second_accept_is_1011() {
        Server server;
        WebsocketClient client(server, "/");
        client.open();
        client.send("accept");
        CPPUNIT_ASSERT_EQUAL(1011U, client.read_close());
        client.send_close(1011);
        ends_with(server, client, "connect accept ");
    }

    void an_application_that_returns_closes_with_1000() {
        Server server;
        WebsocketClient client(server, "/");
        client.open();
        client.send("return");
        CPPUNIT_ASSERT_EQUAL(1000U, client.read_close());
        client.send_close(1000);
        ends_with(server, client, "connect return ");
    }

    void the_clients_close_is_echoed_and_the_socket_ends() {
        for (const unsigned code : {1000U, 1001U, 4000U, 0U}) {
            Server server;
            WebsocketClient client(server, "/");
            client.open();
            client.send_close(code);
            CPPUNIT_ASSERT_EQUAL(code, client.read_close());
            ends_with(server, client, "connect disconnect " + std::to_string(code == 0 ? 1005 : code) + " ");
        }
    }

    void a_client_that_vanishes_is_1006() {
        Server server;
        WebsocketClient client(server, "/");
        client.open();
        client.http.peer.close();
        server.wait_for_end();
        CPPUNIT_ASSERT_EQUAL(std::string("connect disconnect 1006 "), server.log());
    }

    void a_reset_is_1006() {
        Server server;
        WebsocketClient client(server, "/", true);
        client.open();
        client.http.peer.reset();
        server.wait_for_end();
        CPPUNIT_ASSERT_EQUAL(std::string("connect disconnect 1006 "), server.log());
    }

    void violations_end_with_the_right_close_frame() {
        const std::pair<std::string, unsigned> cases[] = {
            {std::string("\x81\x03") + "abc", 1002},            // not masked
            {wire::frame(0xC1, "abc"), 1002},                   // a reserved bit
            {wire::frame(0x83, "abc"), 1002},                   // a reserved opcode
            {wire::frame(0x80, "abc"), 1002},                   // a continuation of nothing
            {wire::frame(0x81, "\xC3"), 1007},                  // half a character at the end
            {wire::frame(0x88, wire::code_bytes(1005)), 1002},  // a code that is never sent
            {wire::header(0x82, (1ULL << 20) + 1), 1009},       // announces too much
            {wire::header(0x82, 1ULL << 40), 1009},
        };
        for (const auto& [bytes, code] : cases) {
            Server server;
            WebsocketClient client(server, "/");
            client.open();
            client.send_raw(bytes);
            CPPUNIT_ASSERT_EQUAL(code, client.read_close());
            ends_with(server, client, "connect disconnect " + std::to_string(code) + " ");
        }
    }

    void a_message_behind_a_close_is_not_delivered() {
        Server server;
        WebsocketClient client(server, "/");
        client.open();
        client.send_raw(wire::frame(0x81, "close 4007") + wire::frame(0x81, "behind"));
        CPPUNIT_ASSERT_EQUAL(4007U, client.read_close());
        client.send("further behind");
        client.send_close(4007);
        ends_with(server, client, "connect close 4007 disconnect 4007 ");
    }

    void messages_ahead_of_a_clients_close_are_delivered_first() {
        Server server;
        WebsocketClient client(server, "/");
        client.open();
        client.send_raw(wire::frame(0x81, "ignore") + wire::frame(0x81, "send 10") +
                        wire::frame(0x81, "ignore") + wire::frame(0x88, wire::code_bytes(1000)));
        CPPUNIT_ASSERT_EQUAL(std::string(10, 'x'), client.read_text());
        CPPUNIT_ASSERT_EQUAL(1000U, client.read_close());
        ends_with(server, client, "connect ignore send 10 sent ignore disconnect 1000 ");
    }

    void a_drain_closes_with_1001_and_a_reason() {
        Server server;
        WebsocketClient one(server, "/1");
        WebsocketClient two(server, "/2");
        one.open();
        two.open();
        server.home.call([&server] { server.registry->drain(); });
        for (WebsocketClient* client : {&one, &two}) {
            const auto frame = client->read_frame();
            CPPUNIT_ASSERT(frame.payload.starts_with(wire::code_bytes(1001)) && frame.payload.size() > 2);
            client->send_close(1001);
            CPPUNIT_ASSERT(client->http.peer.read_to_end().empty());
            client->http.peer.close();
        }
        server.wait_for_end();
        CPPUNIT_ASSERT_EQUAL(std::string("connect connect disconnect 1001 disconnect 1001 "), server.log());
    }

    void a_user_can_be_closed_out_and_the_others_stay() {
        Server server;
        closes_out(server, "/user/7", "/user/77", [&server] {
            return server.registry->close_user("7", CloseCode::session_ended, "logged out");
        });
    }

    void a_session_can_be_closed_out_and_the_others_stay() {
        Server server;
        closes_out(server, "/?session=abc", "/?session=abcd", [&server] {
            return server.registry->close_session("abc", CloseCode::session_ended, "logged out");
        });
    }

    void a_handshake_that_is_under_way_meanwhile_is_refused() {
        Server server;
        WebsocketClient known(server, "/silent?session=abc");
        known.send_raw(WebsocketClient::request("/silent?session=abc"));
        server.wait_for_log("connect ");
        WebsocketClient unknown(server, "/late/7");
        unknown.send_raw(WebsocketClient::request("/late/7"));
        server.wait_for_log("connect connect ");
        server.home.call([&server] {
            server.registry->close_user("7", CloseCode::session_ended, {});
            server.registry->close_user("", CloseCode::session_ended, {});
        });
        server.release();
        CPPUNIT_ASSERT_EQUAL(403, unknown.http.read_response().status);
        WebsocketClient other(server, "/late/8");
        other.send_raw(WebsocketClient::request("/late/8"));
        server.wait_for_log("connect ");
        server.home.eventually([&server] { return server.application.held != nullptr; });
        server.release();
        CPPUNIT_ASSERT_EQUAL(101, other.http.read_response().status);
    }

    void a_ping_that_is_not_answered_drops_the_connection() {
        Options options = Server::quick_options();
        options.ping_interval = milliseconds(30);
        options.ping_timeout = milliseconds(60);
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        CPPUNIT_ASSERT_EQUAL(0x89U, client.read_frame().opcode);
        CPPUNIT_ASSERT(client.http.peer.read_to_end().empty());
        server.wait_for_end();
        CPPUNIT_ASSERT_EQUAL(std::string("connect disconnect 1006 "), server.log());
    }

    void any_byte_answers_a_ping() {
        Options options = Server::quick_options();
        options.ping_interval = milliseconds(20);
        options.ping_timeout = std::chrono::hours(1);
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        for (int i = 0; i < 4; ++i) {
            CPPUNIT_ASSERT_EQUAL(0x89U, client.read_frame().opcode);
            client.send_raw(wire::frame(0x8A));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("connect "), server.log());
    }

    void a_ping_of_the_client_is_answered() {
        Server server;
        WebsocketClient client(server, "/");
        client.open();
        client.send_raw(wire::frame(0x01, "frag") + wire::frame(0x89, "payload") + wire::frame(0x80, "ment"));
        const auto pong = client.read_frame();
        CPPUNIT_ASSERT(pong.opcode == 0x8A && pong.payload == "payload");
        CPPUNIT_ASSERT_EQUAL(std::string("fragment"), client.read_text());
    }

    void a_client_without_messages_is_closed_when_that_is_asked_for() {
        Options options = Server::quick_options();
        options.idle_timeout = milliseconds(50);
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        client.send_raw(wire::frame(0x89));  // a ping is no message
        CPPUNIT_ASSERT_EQUAL(0x8AU, client.read_frame().opcode);
        CPPUNIT_ASSERT_EQUAL(1001U, client.read_close());
        client.send_close(1001);
        ends_with(server, client, "connect disconnect 1001 ");
    }

    void a_client_that_does_not_answer_a_close_is_dropped() {
        Options options = Server::quick_options();
        options.close_timeout = milliseconds(50);
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        client.send("close 4007");
        CPPUNIT_ASSERT_EQUAL(4007U, client.read_close());
        CPPUNIT_ASSERT(client.http.peer.read_to_end().empty());
        server.wait_for_end();
        CPPUNIT_ASSERT_EQUAL(std::string("connect close 4007 disconnect 4007 "), server.log());
    }

    void behind_its_own_close_the_server_answers_nothing_until_the_clients() {
        const std::string late[] = {wire::frame(0x81, "late") + wire::frame(0x89, "ping"),
                                    wire::frame(0x01, "the beginning of a message"),
                                    wire::frame(0x82, std::string(300'000, 'x')),
                                    wire::frame(0x83, "a violation")};
        for (const std::string& bytes : late) {
            for (const unsigned code : {4007, 1000, 0, 999}) {
                Server server;
                WebsocketClient client(server, "/");
                client.open();
                client.send("close 4007");
                CPPUNIT_ASSERT_EQUAL(4007U, client.read_close());
                client.send_raw(bytes);
                client.send_close(code);
                ends_with(server, client, "connect close 4007 disconnect 4007 ");
            }
        }
    }

    void a_handler_that_waits_is_cancelled_by_the_end() {
        Server server;
        WebsocketClient client(server, "/");
        client.open();
        client.send("sleep");
        server.wait_for_log("sleep ");
        client.send_close(1000);
        CPPUNIT_ASSERT_EQUAL(1000U, client.read_close());
        ends_with(server, client, "connect sleep ");
    }

    void an_application_that_lingers_is_reported_and_waited_for() {
        Options options = Server::quick_options();
        options.disconnect_timeout = milliseconds(10);
        Server server(options);
        const auto before = counted("application_unfinished_total");
        WebsocketClient client(server, "/linger");
        client.open();
        client.http.peer.close();
        server.wait_for_log("disconnect 1006 ");
        server.wait_for_end();
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("application_unfinished_total"));
    }

private:
    /// The first is closed with 4401, and the second and one of nobody stay.
    template <class Close>
    static void closes_out(Server& server,
                           const std::string& path,
                           const std::string& other_path,
                           Close close) {
        WebsocketClient wanted(server, path);
        WebsocketClient other(server, other_path);
        WebsocketClient nobody(server, "/");
        for (WebsocketClient* client : {&wanted, &other, &nobody})
            client->open();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), server.home.call(close));
        CPPUNIT_ASSERT_EQUAL(4401U, wanted.read_close());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), server.home.call(close));
        for (WebsocketClient* client : {&other, &nobody}) {
            client->send("still here");
            CPPUNIT_ASSERT_EQUAL(std::string("still here"), client->read_text());
        }
    }
    /// The connection and its application end, with that end of the log, and the client sees the end of the
    /// stream.
    static void ends_with(Server& server, WebsocketClient& client, const std::string& log) {
        CPPUNIT_ASSERT_EQUAL(std::string(), client.http.peer.read_to_end());
        client.http.peer.close();
        server.wait_for_end();
        CPPUNIT_ASSERT_EQUAL(
            log, server.log().substr(server.log().size() - std::min(server.log().size(), log.size())));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebsocketClosingTest);

}  // namespace
}  // namespace zanhu::connection::testing
