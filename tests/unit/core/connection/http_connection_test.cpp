#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>

#include <string>
#include <system_error>

#include "tests/unit/core/connection/server.h"

namespace zanhu::connection::testing {
namespace {

using std::chrono::milliseconds;

class HttpConnectionTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(HttpConnectionTest);
    CPPUNIT_TEST(a_request_is_answered_and_the_connection_kept);
    CPPUNIT_TEST(http_1_0_and_connection_close_end_behind_the_response);
    CPPUNIT_TEST(requests_that_come_together_are_answered_in_order);
    CPPUNIT_TEST(a_body_may_come_in_any_pieces);
    CPPUNIT_TEST(a_body_and_the_next_request_in_one_piece_are_told_apart);
    CPPUNIT_TEST(head_gets_the_head_only);
    CPPUNIT_TEST(a_client_that_waits_for_100_gets_it);
    CPPUNIT_TEST(a_body_of_unknown_length_is_chunked_and_by_close_for_1_0);
    CPPUNIT_TEST(a_fault_before_the_head_is_500_and_behind_it_cuts_the_body);
    CPPUNIT_TEST(errors_have_their_statuses);
    CPPUNIT_TEST(an_answer_before_the_body_closes_the_connection);
    CPPUNIT_TEST(a_client_that_goes_is_a_disconnect);
    CPPUNIT_TEST(a_client_that_goes_amid_a_response_ends_the_sender);
    CPPUNIT_TEST(a_slow_reader_makes_the_sender_wait);
    CPPUNIT_TEST(a_client_that_only_half_closes_gets_its_answer);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_request_is_answered_and_the_connection_kept() {
        Server server;
        HttpClient client(server.connect());
        for (int i = 0; i < 3; ++i) {
            client.request("GET", "/hello?q=1", "X-Test: t\r\n");
            const auto response = client.read_response();
            CPPUNIT_ASSERT_EQUAL(200, response.status);
            CPPUNIT_ASSERT_EQUAL(std::string("hello from /hello"), response.body);
            CPPUNIT_ASSERT(response.has("x-app: yes\r\n") && response.has("\r\ndate: "));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("body(0) body(0) body(0) "), server.log());
        server.home.call([&server] {
            CPPUNIT_ASSERT_EQUAL(std::string("GET http 1.1 /hello /hello q=1  t"),
                                 server.application.last_scope);
        });
    }

    void http_1_0_and_connection_close_end_behind_the_response() {
        Server server;
        for (const char* head :
             {"GET /a HTTP/1.0\r\n\r\n", "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"}) {
            HttpClient client(server.connect());
            client.peer.send(head);
            CPPUNIT_ASSERT_EQUAL(std::string("hello from /a"), client.read_response().body);
            CPPUNIT_ASSERT(client.peer.read_to_end().empty());
        }
    }

    void requests_that_come_together_are_answered_in_order() {
        Server server;
        HttpClient client(server.connect());
        std::string requests;
        for (int i = 0; i < 200; ++i)
            requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
        requests +=
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345GET /last HTTP/1.1\r\nHost: "
            "x\r\n\r\n";
        client.peer.send(requests);
        for (int i = 0; i < 200; ++i)
            CPPUNIT_ASSERT_EQUAL("hello from /" + std::to_string(i), client.read_response().body);
        CPPUNIT_ASSERT_EQUAL(std::string("12345"), client.read_response().body);
        CPPUNIT_ASSERT_EQUAL(std::string("hello from /last"), client.read_response().body);
    }

    void a_body_may_come_in_any_pieces() {
        Server server;
        HttpClient client(server.connect());
        client.request("POST", "/echo", "Content-Length: 9\r\n");
        server.home.eventually([&server] { return server.application.running == 1; });
        for (const char* piece : {"a", "bcd", "efgh", "i"}) {
            client.peer.send(piece);
            server.home.call([] {});
        }
        CPPUNIT_ASSERT_EQUAL(std::string("abcdefghi"), client.read_response().body);
        const std::string large(900'000, 'x');
        client.request("POST", "/echo", "Content-Length: 900000\r\n");
        client.peer.send(large);
        CPPUNIT_ASSERT(client.read_response().body == large);
    }

    void a_body_and_the_next_request_in_one_piece_are_told_apart() {
        Server server;
        HttpClient client(server.connect());
        client.request("POST", "/echo", "Content-Length: 4\r\n");
        server.home.eventually([&server] { return server.application.running == 1; });
        client.peer.send("bodyGET /next HTTP/1.1\r\nHos");
        CPPUNIT_ASSERT_EQUAL(std::string("body"), client.read_response().body);
        client.peer.send("t: x\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("hello from /next"), client.read_response().body);
    }

    void head_gets_the_head_only() {
        Server server;
        HttpClient client(server.connect());
        client.request("HEAD", "/hello");
        CPPUNIT_ASSERT(client.read_response(true).has("content-length: 17\r\n"));
        client.request("HEAD", "/pieces");
        CPPUNIT_ASSERT_EQUAL(200, client.read_response(true).status);
        client.request("HEAD", "/throw");
        CPPUNIT_ASSERT_EQUAL(500, client.read_response(true).status);
        CPPUNIT_ASSERT(client.peer.read_to_end().empty());
    }

    void a_client_that_waits_for_100_gets_it() {
        Server server;
        HttpClient client(server.connect());
        client.request("POST", "/echo", "Content-Length: 4\r\nExpect: 100-continue\r\n");
        CPPUNIT_ASSERT_EQUAL(100, client.read_response().status);
        client.peer.send("body");
        CPPUNIT_ASSERT_EQUAL(std::string("body"), client.read_response().body);
        client.peer.send(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nab");
        CPPUNIT_ASSERT_EQUAL(200, client.read_response().status);
    }

    void a_body_of_unknown_length_is_chunked_and_by_close_for_1_0() {
        Server server;
        HttpClient client(server.connect());
        client.request("GET", "/pieces");
        const auto chunked = client.read_response();
        CPPUNIT_ASSERT(chunked.has("transfer-encoding: chunked\r\n") && !chunked.has("content-length"));
        CPPUNIT_ASSERT_EQUAL(std::string("one two"), chunked.body);
        client.request("GET", "/next");
        CPPUNIT_ASSERT_EQUAL(200, client.read_response().status);
        HttpClient old(server.connect());
        old.peer.send("GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        const auto by_close = old.read_response();
        CPPUNIT_ASSERT(!by_close.has("transfer-encoding"));
        CPPUNIT_ASSERT_EQUAL(std::string("one two"), by_close.body);
    }

    void a_fault_before_the_head_is_500_and_behind_it_cuts_the_body() {
        Server server;
        for (const char* path : {"/throw", "/throw-at-once", "/return"}) {
            HttpClient client(server.connect());
            client.request("GET", path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 500, client.read_response().status);
            CPPUNIT_ASSERT(client.peer.read_to_end().empty());
        }
        HttpClient client(server.connect());
        client.request("GET", "/throw-late");
        CPPUNIT_ASSERT_EQUAL(200, client.read_response(true).status);
        CPPUNIT_ASSERT_EQUAL(std::string("8\r\nhalf of \r\n"), client.peer.read_to_end());
    }

    void errors_have_their_statuses() {
        Server server;
        for (const auto& [path, status] : {std::pair("/no-route", 404), std::pair("/saturated", 503)}) {
            HttpClient client(server.connect());
            client.request("GET", path);
            CPPUNIT_ASSERT_EQUAL(status, client.read_response().status);
        }
        HttpClient client(server.connect());
        client.request("GET", "/204");
        CPPUNIT_ASSERT_EQUAL(204, client.read_response().status);
        client.request("GET", "/after");
        CPPUNIT_ASSERT_EQUAL(200, client.read_response().status);
    }

    void an_answer_before_the_body_closes_the_connection() {
        Server server;
        HttpClient client(server.connect());
        client.request("POST", "/early", "Content-Length: 1000\r\n");
        CPPUNIT_ASSERT_EQUAL(200, client.read_response().status);
        client.peer.send(std::string(500, 'x'));
        CPPUNIT_ASSERT(client.peer.read_to_end().empty());
    }

    void a_client_that_goes_is_a_disconnect() {
        Server server;
        HttpClient client(server.connect(true));
        client.request("GET", "/wait");
        server.wait_for_log("body(0) ");
        client.peer.reset();
        server.wait_for_log("body(0) disconnect 1006 ");
        HttpClient amid_body(server.connect());
        amid_body.request("POST", "/echo", "Content-Length: 10\r\n");
        amid_body.peer.send("12345");
        server.wait_for_log("body(5+) ");
        amid_body.peer.close();
        server.wait_for_log("disconnect 1006 ");
        server.wait_for_end();
    }

    void a_client_that_goes_amid_a_response_ends_the_sender() {
        Options options = Server::quick_options();
        options.outbox_soft = 10'000;
        Server server(options);
        HttpClient client(server.connect());
        client.request("GET", "/large");
        client.peer.read_head();
        client.peer.close();
        server.wait_for_log("closed ");
        server.wait_for_end();
    }

    void a_slow_reader_makes_the_sender_wait() {
        Options options = Server::quick_options();
        options.outbox_soft = 10'000;
        Server server(options);
        HttpClient client(server.connect());
        client.request("GET", "/large");
        client.peer.read(1);
        server.home.call([] {});
        CPPUNIT_ASSERT_EQUAL(std::string("body(0) "), server.log());
        client.peer.read(8);
        const std::string rest = client.peer.read_head();
        CPPUNIT_ASSERT(rest.find("hunked") != std::string::npos);
        std::size_t total = 0;
        for (int i = 0; i < 64; ++i)
            total += client.peer.read(std::string("10000\r\n").size() + (64 << 10) + 2).size();
        CPPUNIT_ASSERT_EQUAL(std::string("0\r\n\r\n"), client.peer.read(5));
        CPPUNIT_ASSERT_EQUAL(std::size_t(64 * ((64 << 10) + 9)), total);
        server.wait_for_log("done ");
    }

    void a_client_that_only_half_closes_gets_its_answer() {
        Server server;
        HttpClient client(server.connect());
        client.peer.send(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbodyGET /b HTTP/1.1\r\nHost: "
            "x\r\n\r\n");
        client.peer.shut_down();
        CPPUNIT_ASSERT_EQUAL(std::string("body"), client.read_response().body);
        CPPUNIT_ASSERT_EQUAL(std::string("hello from /b"), client.read_response().body);
        CPPUNIT_ASSERT(client.peer.read_to_end().empty());
        client.peer.close();
        server.wait_for_end();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpConnectionTest);

/// What does not reach the application.
class HttpRefusalTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(HttpRefusalTest);
    CPPUNIT_TEST(a_head_or_a_body_that_does_not_come_is_408);
    CPPUNIT_TEST(an_idle_connection_is_closed_without_a_word);
    CPPUNIT_TEST(a_body_too_large_is_413_before_it_comes);
    CPPUNIT_TEST(malformed_heads_are_refused);
    CPPUNIT_TEST(too_many_connections_are_503);
    CPPUNIT_TEST(a_connection_that_the_kernel_has_no_room_for_is_closed_and_forgotten);
    CPPUNIT_TEST(while_draining_a_request_is_503_and_the_one_under_way_ends);
    CPPUNIT_TEST(a_request_that_follows_in_the_same_bytes_as_an_answered_drain_is_not_served);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_head_or_a_body_that_does_not_come_is_408() {
        Options options = Server::quick_options();
        options.head_timeout = options.body_timeout = milliseconds(60);
        Server server(options);
        HttpClient head(server.connect());
        head.peer.send("GET / HTT");
        CPPUNIT_ASSERT_EQUAL(408, head.read_response().status);
        HttpClient body(server.connect());
        body.request("POST", "/echo", "Content-Length: 10\r\n");
        body.peer.send("12345");
        CPPUNIT_ASSERT_EQUAL(408, body.read_response().status);
        CPPUNIT_ASSERT(body.peer.read_to_end().empty());
        server.wait_for_log("disconnect 1006 ");
    }

    void an_idle_connection_is_closed_without_a_word() {
        Options options = Server::quick_options();
        options.head_timeout = options.keep_alive_timeout = milliseconds(60);
        Server server(options);
        HttpClient silent(server.connect());
        CPPUNIT_ASSERT(silent.peer.read_to_end().empty());
        HttpClient used(server.connect());
        used.request("GET", "/");
        CPPUNIT_ASSERT_EQUAL(200, used.read_response().status);
        CPPUNIT_ASSERT(used.peer.read_to_end().empty());
    }

    void a_body_too_large_is_413_before_it_comes() {
        Options options = Server::quick_options();
        options.max_body_size = 1000;
        Server server(options);
        HttpClient exact(server.connect());
        exact.request("POST", "/echo", "Content-Length: 1000\r\n");
        exact.peer.send(std::string(1000, 'x'));
        CPPUNIT_ASSERT_EQUAL(200, exact.read_response().status);
        HttpClient large(server.connect());
        large.request("POST", "/echo", "Content-Length: 1001\r\nExpect: 100-continue\r\n");
        CPPUNIT_ASSERT_EQUAL(413, large.read_response().status);
        CPPUNIT_ASSERT(large.peer.read_to_end().empty());
    }

    void malformed_heads_are_refused() {
        Server server;
        const std::pair<std::string, int> cases[] = {
            {"GET / HTTP/1.1\r\n\r\n", 400},  // no Host
            {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
            {"GET / HTTP/1.1\nHost: a\r\n\r\n", 400},  // a bare LF
            {"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 405},
            {"POST / HTTP/1.1\r\nHost: a\r\n\r\n", 411},
            {"GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
            {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20000, 'x') + "\r\n\r\n", 431},
        };
        for (const auto& [bytes, status] : cases) {
            HttpClient client(server.connect());
            client.peer.send(bytes);
            const auto response = client.read_response();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(bytes.substr(0, 40), status, response.status);
            CPPUNIT_ASSERT_EQUAL(status == 405, response.has("allow: get, head, post"));
            CPPUNIT_ASSERT(client.peer.read_to_end().empty());
        }
        CPPUNIT_ASSERT(server.log().empty());
    }

    void too_many_connections_are_503() {
        Admission::Limits limits;
        limits.connections = 2;
        Server server(Server::quick_options(), limits);
        HttpClient one(server.connect());
        HttpClient two(server.connect());
        HttpClient three(server.connect());
        CPPUNIT_ASSERT_EQUAL(503, three.read_response().status);
        CPPUNIT_ASSERT(three.peer.read_to_end().empty());
        three.peer.close();
        one.request("GET", "/");
        CPPUNIT_ASSERT_EQUAL(200, one.read_response().status);
        two.peer.close();
        server.home.eventually([&server] { return server.registry->size() == 1; });
        HttpClient four(server.connect());
        four.request("GET", "/");
        CPPUNIT_ASSERT_EQUAL(200, four.read_response().status);
    }

    void a_connection_that_the_kernel_has_no_room_for_is_closed_and_forgotten() {
        Server server;
        HttpClient good(server.connect());
        const int refused_by_epoll = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        server.home.call([&server, refused_by_epoll] {
            CPPUNIT_ASSERT_THROW(server.registry->accept(refused_by_epoll), std::system_error);
            CPPUNIT_ASSERT_EQUAL(-1, ::fcntl(refused_by_epoll, F_GETFD));
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), server.registry->size());
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), server.admission.total());
        });
        good.request("GET", "/");
        CPPUNIT_ASSERT_EQUAL(200, good.read_response().status);
    }

    void while_draining_a_request_is_503_and_the_one_under_way_ends() {
        Server server;
        HttpClient idle(server.connect());
        HttpClient busy(server.connect());
        busy.request("POST", "/echo", "Content-Length: 4\r\n");
        server.home.eventually([&server] { return server.application.running == 1; });
        server.home.call([&server] { server.registry->drain(); });
        CPPUNIT_ASSERT(idle.peer.read_to_end().empty());
        HttpClient late(server.connect());
        late.request("GET", "/");
        CPPUNIT_ASSERT_EQUAL(503, late.read_response().status);
        busy.peer.send("body");
        const auto response = busy.read_response();
        CPPUNIT_ASSERT_EQUAL(std::string("body"), response.body);
        CPPUNIT_ASSERT(response.has("connection: close\r\n"));
        CPPUNIT_ASSERT(busy.peer.read_to_end().empty());
    }

    void a_request_that_follows_in_the_same_bytes_as_an_answered_drain_is_not_served() {
        Server server;
        HttpClient client(server.connect());
        client.request("POST", "/echo", "Content-Length: 4\r\n");
        server.home.eventually([&server] { return server.application.running == 1; });
        server.home.call([&server] { server.registry->drain(); });
        client.peer.send("bodyGET /next HTTP/1.1\r\nHost: x\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("body"), client.read_response().body);
        CPPUNIT_ASSERT(client.peer.read_to_end().empty());
        CPPUNIT_ASSERT_EQUAL(std::string("body(4) "), server.log());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpRefusalTest);

}  // namespace
}  // namespace zanhu::connection::testing
