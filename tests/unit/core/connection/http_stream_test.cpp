#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <coroutine>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/unit/core/connection/server.h"

namespace zanhu::connection::testing {
namespace {

/// Streams layer messages as they come (/stream), answers with the first (/poll), answers at once (any other
/// path), or is busy behind the head (/busy); under /held/ all of that once it is released, and under
/// /stubborn/ with a fault at first. Notes how it ends.
class Streamer final : public Application {
public:
    Task<void> run(Scope& scope, Link& link) override {
        active = &link;
        const std::string path = co_await begin(scope.path, link);
        if (path == "/whole") co_await link.send(ResponseStart(200));
        if (path == "/whole") co_await link.send(ResponseBody("whole"));
        if (path == "/stream" || path == "/busy") {
            co_await link.send(ResponseStart(200));
            co_await link.send(ResponseBody("first", true));
        }
        if (path == "/busy") co_await be_busy(link);
        for (;;) {
            const Event event = co_await link.receive();
            if (const auto* disconnect = std::get_if<Disconnect>(&event)) {
                log += "disconnect(" + std::to_string(static_cast<int>(disconnect->code)) + ") ";
                break;
            }
            const auto* message = std::get_if<SharedMessage>(&event);
            if (message == nullptr) continue;
            if (path == "/poll") co_await link.send(ResponseStart(200));
            const bool more = (*message)->type() != "last" && path != "/poll";
            co_await link.send(ResponseBody((*message)->type(), more));
        }
        active = nullptr;
    }

    std::string log;
    Link* active = nullptr;
    std::coroutine_handle<> held = nullptr;

private:
    /// The path without what it says of the beginning.
    Task<std::string> begin(std::string path, Link& link) {
        if (path.starts_with("/stubborn/")) link.fail(std::make_exception_ptr(std::runtime_error("a fault")));
        if (path.starts_with("/held/") || path.starts_with("/stubborn/")) {
            Held waiting(held);
            co_await waiting;
            path = path.substr(path.find('/', 1));
        }
        co_return path;
    }
    Task<void> be_busy(Link& link) {
        try {
            co_await link.loop().sleep_for(std::chrono::hours(1), link.token());
        } catch (const Cancelled&) {
            log += "cancelled ";
        }
    }
};

class StreamServer {
public:
    explicit StreamServer(Options server_options = Server::quick_options()) : options(server_options) {
        registry = home.call(
            [this] { return std::make_unique<Registry>(home.loop, options, application, admission); });
    }
    ~StreamServer() {
        home.eventually([this] { return registry->size() == 0; });
        home.call([this] { registry.reset(); });
    }
    test::SocketPeer connect() {
        const auto ends = test::SocketPeer::pair();
        home.call([this, ends] { registry->accept(ends.ours); });
        return test::SocketPeer(ends.theirs);
    }
    DeliverResult push(const char* type) {
        home.eventually([this] { return application.active != nullptr; });
        return home.call(
            [this, type] { return application.active->push(SharedMessage(LayerMessage(type))); });
    }
    void wait_for_log(const std::string& log) {
        home.eventually([this, &log] { return application.log == log; });
    }
    void wait_until_held() {
        home.eventually([this] { return application.held != nullptr; });
    }
    void release() {
        home.call([this] { std::exchange(application.held, nullptr).resume(); });
    }

    Options options;
    Streamer application;
    test::LoopThread home;
    Admission admission{Admission::Limits()};
    std::unique_ptr<Registry> registry;
};

class HttpStreamTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(HttpStreamTest);
    CPPUNIT_TEST(behind_a_whole_response_comes_the_disconnect);
    CPPUNIT_TEST(layer_messages_reach_a_request_and_its_last_piece_ends_it);
    CPPUNIT_TEST(a_client_that_closes_amid_a_stream_is_a_disconnect_at_once);
    CPPUNIT_TEST(a_long_poll_is_answered_by_a_message);
    CPPUNIT_TEST(a_full_inbox_cuts_the_response_off);
    CPPUNIT_TEST(a_full_inbox_may_drop_its_oldest);
    CPPUNIT_TEST(a_shutdown_ends_streams_and_refuses_who_waits);
    CPPUNIT_TEST(what_begins_to_stream_during_a_shutdown_is_ended_too);
    CPPUNIT_TEST(what_begins_to_wait_during_a_shutdown_is_refused_too);
    CPPUNIT_TEST(a_body_that_does_not_come_does_not_hold_up_a_shutdown);
    CPPUNIT_TEST(what_answers_during_a_shutdown_is_left_to_it);
    CPPUNIT_TEST(a_long_poll_with_a_full_inbox_is_refused);
    CPPUNIT_TEST(a_request_that_failed_is_over_for_its_client_at_once);
    CPPUNIT_TEST(an_application_that_does_not_end_behind_its_request_is_reported);
    CPPUNIT_TEST_SUITE_END();

public:
    void behind_a_whole_response_comes_the_disconnect() {
        StreamServer server;
        HttpClient client(server.connect());
        for (int i = 0; i < 2; ++i) {
            client.request("GET", "/whole");
            CPPUNIT_ASSERT_EQUAL(std::string("whole"), client.read_response().body);
        }
        server.wait_for_log("disconnect(1000) disconnect(1000) ");
    }

    void layer_messages_reach_a_request_and_its_last_piece_ends_it() {
        StreamServer server;
        HttpClient client(server.connect());
        client.request("GET", "/stream");
        for (const char* type : {"second", "third", "last"})
            CPPUNIT_ASSERT(server.push(type) == DeliverResult::delivered);
        CPPUNIT_ASSERT_EQUAL(std::string("firstsecondthirdlast"), client.read_response().body);
        client.request("GET", "/whole");
        CPPUNIT_ASSERT_EQUAL(std::string("whole"), client.read_response().body);
    }

    void a_client_that_closes_amid_a_stream_is_a_disconnect_at_once() {
        StreamServer server;
        {
            HttpClient client(server.connect());
            client.request("GET", "/stream");
            client.peer.read_head();
        }
        server.wait_for_log("disconnect(1006) ");
        StreamServer busy;
        {
            HttpClient client(busy.connect());
            client.request("GET", "/busy");
            client.peer.read_head();
        }
        busy.wait_for_log("cancelled disconnect(1006) ");
    }

    void a_long_poll_is_answered_by_a_message() {
        StreamServer server;
        HttpClient client(server.connect());
        client.request("GET", "/poll");
        CPPUNIT_ASSERT(server.push("news") == DeliverResult::delivered);
        CPPUNIT_ASSERT_EQUAL(std::string("news"), client.read_response().body);
    }

    void a_full_inbox_cuts_the_response_off() {
        Options options = Server::quick_options();
        options.layer_messages = 2;
        StreamServer server(options);
        HttpClient client(server.connect());
        client.request("GET", "/busy");
        CPPUNIT_ASSERT(server.push("a") == DeliverResult::delivered);
        CPPUNIT_ASSERT(server.push("b") == DeliverResult::delivered);
        CPPUNIT_ASSERT(server.push("c") == DeliverResult::refused);
        const std::string all = client.peer.read_to_end();
        CPPUNIT_ASSERT(all.ends_with("5\r\nfirst\r\n"));  // and no last chunk
        server.wait_for_log("cancelled disconnect(1006) ");
    }

    void a_full_inbox_may_drop_its_oldest() {
        Options options = Server::quick_options();
        options.layer_messages = 2;
        options.layer_full = FullInbox::drop_oldest;
        StreamServer server(options);
        HttpClient client(server.connect());
        client.request("GET", "/busy");
        for (const char* type : {"a", "b", "c"})
            CPPUNIT_ASSERT(server.push(type) == DeliverResult::delivered);
    }

    void a_shutdown_ends_streams_and_refuses_who_waits() {
        Options options = Server::quick_options();
        options.close_timeout = std::chrono::milliseconds(1);
        StreamServer server(options);
        HttpClient poll(server.connect());
        poll.request("GET", "/poll");
        server.home.eventually([&server] { return server.application.active != nullptr; });
        server.home.call([&server] { server.application.active = nullptr; });
        HttpClient stream(server.connect());
        stream.request("GET", "/stream");
        server.home.eventually([&server] { return server.application.active != nullptr; });
        server.home.call([&server] { server.registry->drain(); });
        CPPUNIT_ASSERT_EQUAL(503, poll.read_response().status);
        stream.peer.read_to_end();
        server.wait_for_log("disconnect(1006) disconnect(1006) ");
    }

    void what_begins_to_stream_during_a_shutdown_is_ended_too() {
        Options options = Server::quick_options();
        options.close_timeout = std::chrono::milliseconds(1);
        StreamServer server(options);
        HttpClient client(server.connect());
        client.request("GET", "/held/stream");
        server.wait_until_held();
        server.home.call([&server] { server.registry->drain(); });
        server.release();
        CPPUNIT_ASSERT(client.peer.read_to_end().ends_with("5\r\nfirst\r\n"));
        server.wait_for_log("disconnect(1006) ");
    }

    void what_begins_to_wait_during_a_shutdown_is_refused_too() {
        StreamServer server;
        HttpClient client(server.connect());
        client.request("GET", "/held/poll");
        server.wait_until_held();
        server.home.call([&server] { server.registry->drain(); });
        server.release();
        CPPUNIT_ASSERT_EQUAL(503, client.read_response().status);
        client.peer.close();
        server.wait_for_log("disconnect(1006) ");
        StreamServer later;
        HttpClient sender(later.connect());
        sender.request("POST", "/poll", "Content-Length: 4\r\n");
        later.home.eventually([&later] { return later.application.active != nullptr; });
        later.home.call([&later] { later.registry->drain(); });
        sender.peer.send("body");
        CPPUNIT_ASSERT_EQUAL(503, sender.read_response().status);
        sender.peer.close();
        later.wait_for_log("disconnect(1006) ");
    }

    void a_body_that_does_not_come_does_not_hold_up_a_shutdown() {
        Options options = Server::quick_options();
        options.close_timeout = std::chrono::milliseconds(1);
        StreamServer server(options);
        HttpClient client(server.connect());
        client.request("POST", "/poll", "Content-Length: 4\r\n");
        server.home.eventually([&server] { return server.application.active != nullptr; });
        server.home.call([&server] { server.registry->drain(); });
        CPPUNIT_ASSERT_EQUAL(408, client.read_response().status);
        server.wait_for_log("disconnect(1006) ");
    }

    void what_answers_during_a_shutdown_is_left_to_it() {
        StreamServer server;
        HttpClient client(server.connect());
        client.request("GET", "/held/whole");
        server.wait_until_held();
        server.home.call([&server] { server.registry->drain(); });
        // Longer than between two looks at it.
        server.home.run(
            [&server] { return server.home.loop.sleep_for(std::chrono::milliseconds(700), CancelToken()); });
        server.release();
        CPPUNIT_ASSERT_EQUAL(std::string("whole"), client.read_response().body);
        CPPUNIT_ASSERT(client.peer.read_to_end().empty());
        server.wait_for_log("disconnect(1000) ");
    }

    void a_long_poll_with_a_full_inbox_is_refused() {
        Options options = Server::quick_options();
        options.layer_messages = 1;
        StreamServer server(options);
        HttpClient client(server.connect());
        client.request("GET", "/held/poll");
        server.wait_until_held();
        CPPUNIT_ASSERT(server.push("a") == DeliverResult::delivered);
        CPPUNIT_ASSERT(server.push("b") == DeliverResult::refused);
        CPPUNIT_ASSERT_EQUAL(503, client.read_response().status);
        CPPUNIT_ASSERT(client.peer.read_to_end().empty());
        server.release();
        server.wait_for_log("disconnect(1006) ");
    }

    void a_request_that_failed_is_over_for_its_client_at_once() {
        StreamServer server;
        HttpClient client(server.connect());
        client.request("GET", "/stubborn/poll");
        CPPUNIT_ASSERT_EQUAL(500, client.read_response().status);
        CPPUNIT_ASSERT(client.peer.read_to_end().empty());
        server.wait_until_held();
        server.release();
        server.wait_for_log("disconnect(1000) ");
    }

    void an_application_that_does_not_end_behind_its_request_is_reported() {
        Options options = Server::quick_options();
        options.disconnect_timeout = std::chrono::milliseconds(1);
        StreamServer server(options);
        const auto before = counted("application_unfinished_total");
        HttpClient client(server.connect());
        client.request("GET", "/stubborn/poll");
        CPPUNIT_ASSERT_EQUAL(500, client.read_response().status);
        client.peer.close();
        server.home.eventually([before] { return counted("application_unfinished_total") == before + 1; });
        server.release();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpStreamTest);

}  // namespace
}  // namespace zanhu::connection::testing
