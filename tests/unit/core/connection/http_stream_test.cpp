#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>

#include "tests/unit/core/connection/server.h"

namespace zanhu::connection::testing {
namespace {

/// Streams layer messages as they come (/stream), answers with the first (/poll), answers at once (any other
/// path), or is busy behind the head (/busy); and notes how it ends.
class Streamer final : public Application {
public:
    Task<void> run(Scope& scope, Link& link) override {
        active = &link;
        if (scope.path == "/whole") co_await link.send(ResponseStart(200));
        if (scope.path == "/whole") co_await link.send(ResponseBody("whole"));
        if (scope.path == "/stream" || scope.path == "/busy") {
            co_await link.send(ResponseStart(200));
            co_await link.send(ResponseBody("first", true));
        }
        if (scope.path == "/busy") co_await be_busy(link);
        for (;;) {
            const Event event = co_await link.receive();
            if (const auto* disconnect = std::get_if<Disconnect>(&event)) {
                log += "disconnect(" + std::to_string(static_cast<int>(disconnect->code)) + ") ";
                break;
            }
            const auto* message = std::get_if<SharedMessage>(&event);
            if (message == nullptr) continue;
            if (scope.path == "/poll") co_await link.send(ResponseStart(200));
            const bool more = (*message)->type() != "last" && scope.path != "/poll";
            co_await link.send(ResponseBody((*message)->type(), more));
        }
        active = nullptr;
    }

    std::string log;
    Link* active = nullptr;

private:
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
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpStreamTest);

}  // namespace
}  // namespace zanhu::connection::testing
