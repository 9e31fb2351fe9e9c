#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "tests/unit/core/connection/server.h"
#include "tests/unit/core/ws/wire.h"

namespace zanhu::connection::testing {
namespace {

namespace wire = ws::wire;
using std::chrono::milliseconds;

/// A server that lets each client send so much, and one with an open WebSocket.
class Rated {
public:
    explicit Rated(const Rates& rates, const std::string& path = "/")
        : server(options_with(rates)), client(server, path) {
        client.open();
    }

    Server server;
    WebsocketClient client;

private:
    static Options options_with(const Rates& rates) {
        Options options = Server::quick_options();
        options.rates = rates;
        return options;
    }
};

/// What one client, one address or one user may ask for, on connections.
class LimitsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(LimitsTest);
    CPPUNIT_TEST(more_messages_than_the_rate_are_read_later_and_none_is_lost);
    CPPUNIT_TEST(more_bytes_than_the_rate_are_read_later);
    CPPUNIT_TEST(more_messages_than_the_rate_close_with_1008_where_that_is_wanted);
    CPPUNIT_TEST(pings_and_pongs_count_as_messages);
    CPPUNIT_TEST(a_client_that_is_slowed_down_can_leave_and_be_closed);
    CPPUNIT_TEST(without_a_rate_there_is_none);
    CPPUNIT_TEST(more_connections_of_an_address_are_429_until_one_leaves);
    CPPUNIT_TEST(behind_a_proxy_its_clients_are_counted);
    CPPUNIT_TEST(more_sockets_of_a_user_are_429_before_the_accept);
    CPPUNIT_TEST(more_handshakes_than_the_rate_are_503_with_retry_after);
    CPPUNIT_TEST(a_ping_without_a_deadline_waits_for_ever);
    CPPUNIT_TEST(outcomes_and_close_codes_are_counted);
    CPPUNIT_TEST_SUITE_END();

public:
    void more_messages_than_the_rate_are_read_later_and_none_is_lost() {
        Rated rated({.messages = 100});
        const auto before = counted("rate_delayed_total");
        const auto begun = std::chrono::steady_clock::now();
        std::string frames;
        for (int i = 0; i < 130; ++i)
            frames += wire::frame(0x81, std::to_string(i));
        rated.client.send_raw(frames);
        for (int i = 0; i < 130; ++i)
            CPPUNIT_ASSERT_EQUAL(std::to_string(i), rated.client.read_text());
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begun >= milliseconds(280));
        CPPUNIT_ASSERT(counted("rate_delayed_total") > before);
    }

    void more_bytes_than_the_rate_are_read_later() {
        Rated rated({.bytes = 500'000});
        const auto begun = std::chrono::steady_clock::now();
        rated.client.send(std::string(600'000, 'a'));
        rated.client.send("b");
        CPPUNIT_ASSERT_EQUAL(std::size_t(600'000), rated.client.read_text().size());
        CPPUNIT_ASSERT_EQUAL(std::string("b"), rated.client.read_text());
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begun >= milliseconds(190));
    }

    void more_messages_than_the_rate_close_with_1008_where_that_is_wanted() {
        Rated rated({.messages = 1, .excess = Rates::Excess::close});
        const auto before = counted("rate_closed_total");
        rated.client.send_raw(wire::frame(0x81, "one") + wire::frame(0x81, "two") +
                              wire::frame(0x81, "three"));
        CPPUNIT_ASSERT_EQUAL(std::string("one"), rated.client.read_text());
        CPPUNIT_ASSERT_EQUAL(1008U, rated.client.read_close());
        rated.client.http.peer.close();
        rated.server.wait_for_end();
        CPPUNIT_ASSERT_EQUAL(std::string("connect one disconnect 1008 "), rated.server.log());
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("rate_closed_total"));
    }

    void pings_and_pongs_count_as_messages() {
        for (const unsigned char first : {0x89, 0x8A}) {
            Rated rated({.messages = 1, .excess = Rates::Excess::close});
            rated.client.send_raw(wire::frame(first, "") + wire::frame(first, ""));
            auto frame = rated.client.read_frame();
            if (frame.opcode == 0x8A) frame = rated.client.read_frame();
            CPPUNIT_ASSERT_EQUAL(0x88U, frame.opcode);
        }
    }

    void a_client_that_is_slowed_down_can_leave_and_be_closed() {
        Rated leaves({.bytes = 1}, "/leaves");
        leaves.client.send("some ten bytes");
        CPPUNIT_ASSERT_EQUAL(std::string("some ten bytes"), leaves.client.read_text());
        leaves.client.http.peer.reset();
        Server& server = leaves.server;
        WebsocketClient closed(server, "/user/7");
        closed.open();
        closed.send("some ten bytes");
        CPPUNIT_ASSERT_EQUAL(std::string("some ten bytes"), closed.read_text());
        closed.send("more");
        server.home.call([&server] { server.registry->close_user("7", CloseCode::normal, "bye"); });
        CPPUNIT_ASSERT_EQUAL(1000U, closed.read_close());
        closed.send_close(1000);
        CPPUNIT_ASSERT(closed.http.peer.read_to_end().empty());
        server.home.call([&server] { server.registry->drain(); });
    }

    void without_a_rate_there_is_none() {
        Rated rated({});
        const auto before = counted("rate_delayed_total");
        std::string frames;
        for (int i = 0; i < 1000; ++i)
            frames += wire::frame(0x81, "x");
        rated.client.send_raw(frames);
        for (int i = 0; i < 1000; ++i)
            CPPUNIT_ASSERT_EQUAL(std::string("x"), rated.client.read_text());
        CPPUNIT_ASSERT_EQUAL(before, counted("rate_delayed_total"));
    }

    void more_connections_of_an_address_are_429_until_one_leaves() {
        Server server(Server::quick_options(), {.connections_per_address = 2});
        HttpClient one(server.connect(true));
        WebsocketClient two(server, "/", true);
        two.open();
        HttpClient three(server.connect(true));
        const auto refusal = three.read_response();
        CPPUNIT_ASSERT_EQUAL(429, refusal.status);
        CPPUNIT_ASSERT(refusal.has("retry-after: "));
        three.peer.close();
        one.peer.close();
        server.home.eventually([&server] { return server.registry->size() == 1; });
        WebsocketClient four(server, "/", true);
        four.open();
        HttpClient unix_socket(server.connect());
        unix_socket.request("GET", "/");
        CPPUNIT_ASSERT_EQUAL(200, unix_socket.read_response().status);
    }

    void behind_a_proxy_its_clients_are_counted() {
        Options options = Server::quick_options();
        const std::vector<std::string> trusted = {"127.0.0.1"};
        options.proxies = Proxies(net::NetworkList(trusted), ForwardingFields::x_forwarded);
        Server server(options, {.connections_per_address = 1});
        WebsocketClient one(server, "/", true);
        CPPUNIT_ASSERT_EQUAL(101, one.handshake("X-Forwarded-For: 192.0.2.1\r\n").status);
        WebsocketClient again(server, "/", true);
        CPPUNIT_ASSERT_EQUAL(429, again.handshake("X-Forwarded-For: 192.0.2.1\r\n").status);
        WebsocketClient other(server, "/", true);
        CPPUNIT_ASSERT_EQUAL(101, other.handshake("X-Forwarded-For: 192.0.2.2\r\n").status);
        one.http.peer.close();
        server.home.eventually([&server] { return server.registry->websockets() == 1; });
        WebsocketClient later(server, "/", true);
        CPPUNIT_ASSERT_EQUAL(101, later.handshake("X-Forwarded-For: 192.0.2.1\r\n").status);
    }

    void more_sockets_of_a_user_are_429_before_the_accept() {
        Server server(Server::quick_options(), {.sockets_per_user = 1});
        WebsocketClient first(server, "/user/7");
        first.open();
        WebsocketClient second(server, "/user/7");
        const auto refusal = second.handshake();
        CPPUNIT_ASSERT_EQUAL(429, refusal.status);
        CPPUNIT_ASSERT(refusal.has("retry-after: "));
        WebsocketClient another(server, "/user/8");
        another.open();
        WebsocketClient anonymous(server, "/");
        anonymous.open();
        first.http.peer.close();
        second.http.peer.close();
        server.home.eventually([&server] { return server.registry->websockets() == 2; });
        WebsocketClient third(server, "/user/7");
        third.open();
    }

    void more_handshakes_than_the_rate_are_503_with_retry_after() {
        Server server(Server::quick_options(), {.handshakes = 1});
        WebsocketClient first(server, "/");
        first.open();
        WebsocketClient second(server, "/");
        const auto refusal = second.handshake();
        CPPUNIT_ASSERT_EQUAL(503, refusal.status);
        CPPUNIT_ASSERT(refusal.has("retry-after: 1\r\n"));
        HttpClient plain(server.connect());
        plain.request("GET", "/");
        CPPUNIT_ASSERT_EQUAL(200, plain.read_response().status);
    }

    void a_ping_without_a_deadline_waits_for_ever() {
        Options options = Server::quick_options();
        options.ping_interval = milliseconds(20);
        options.ping_timeout = milliseconds(0);
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        for (int i = 0; i < 5; ++i)
            CPPUNIT_ASSERT_EQUAL(0x89U, client.read_frame().opcode);
        client.send("still here");
        auto frame = client.read_frame();
        while (frame.opcode == 0x89)
            frame = client.read_frame();
        CPPUNIT_ASSERT_EQUAL(std::string("still here"), frame.payload);
    }

    void outcomes_and_close_codes_are_counted() {
        const std::vector<std::string> names = {"websocket_handshakes_total{outcome=\"accepted\"}",
                                                "websocket_handshakes_total{outcome=\"denied\"}",
                                                "websocket_handshakes_total{outcome=\"no_route\"}",
                                                "websocket_handshakes_total{outcome=\"failed\"}",
                                                "websocket_handshakes_total{outcome=\"invalid\"}",
                                                "websocket_closed_total{by=\"client\",code=\"4xxx\"}",
                                                "websocket_closed_total{by=\"server\",code=\"4xxx\"}",
                                                "websocket_closed_total{by=\"client\",code=\"1005\"}",
                                                "websocket_closed_total{by=\"nobody\",code=\"1006\"}"};
        std::vector<std::uint64_t> before;
        for (const auto& name : names)
            before.push_back(counted(name));
        Server server;
        for (const char* path : {"/close", "/no-route", "/throw"})
            CPPUNIT_ASSERT(WebsocketClient(server, path).handshake().status >= 400);
        HttpClient invalid(server.connect());
        invalid.request("GET", "/", "Upgrade: websocket\r\nConnection: Upgrade\r\n");
        CPPUNIT_ASSERT_EQUAL(426, invalid.read_response().status);
        WebsocketClient clients[] = {{server, "/a"}, {server, "/b"}, {server, "/c"}, {server, "/d"}};
        for (WebsocketClient& client : clients)
            client.open();
        clients[0].send_close(4007);
        clients[1].send("close 4008");
        CPPUNIT_ASSERT_EQUAL(4008U, clients[1].read_close());
        clients[2].send_close(0);
        clients[3].http.peer.close();
        invalid.peer.close();
        for (WebsocketClient& client : clients)
            client.http.peer.close();
        server.wait_for_end();
        const std::vector<std::uint64_t> more = {4, 1, 1, 1, 1, 1, 1, 1, 1};
        for (std::size_t i = 0; i < names.size(); ++i)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(names[i], before[i] + more[i], counted(names[i]));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LimitsTest);

}  // namespace
}  // namespace zanhu::connection::testing
