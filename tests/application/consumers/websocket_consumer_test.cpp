#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "tests/application/serving.h"
#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

/// What a test wants of a consumer, and what became of it.
struct Wish {
    std::string connect;
    std::string seen;
};

/// Answers the handshake as it is told, and a message by what it says.
class Wishful : public AsyncWebsocketConsumer {
public:
    explicit Wishful(Wish& wish) : wish_(wish) {}

    Task<void> connect() override {
        if (wish_.connect == "accept") throw AcceptConnection();
        if (wish_.connect == "deny") throw DenyConnection();
        if (wish_.connect == "stop") throw StopConsumer();
        if (wish_.connect == "status") {
            Headers headers;
            headers.add("retry-after", "5");
            co_await deny(429, std::move(headers), "too many");
        } else {
            co_await accept();
        }
    }
    Task<void> receive(Receive message) override {
        if (message.data == "text") co_await send_text("bye", CloseCode(4001));
        if (message.data == "bytes") co_await send_bytes("bye", CloseCode::normal);
        if (message.data == "channel") {
            LayerMessage event("direct");
            event.set("text", "for you");
            co_await channel_layer().send(channel_name(), std::move(event));
        }
    }
    Task<void> disconnect(CloseCode code) override {
        wish_.seen += "disconnect " + std::to_string(static_cast<int>(code));
        co_return;
    }

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers().forward("direct");
        return table;
    }

private:
    Wish& wish_;
};

/// The same on the pool.
class WishfulSync : public WebsocketConsumer {
public:
    explicit WishfulSync(Wish& wish) : wish_(wish) {}

    void connect() override {
        if (wish_.connect == "accept") throw AcceptConnection();
        if (wish_.connect == "deny") throw DenyConnection();
        if (wish_.connect == "stop") throw StopConsumer();
        if (wish_.connect == "status") {
            Headers headers;
            headers.add("retry-after", "5");
            deny(429, std::move(headers), "too many");
        } else {
            accept();
        }
    }
    void receive(Receive message) override {
        if (message.data == "text") send_text("bye", CloseCode(4001));
        if (message.data == "bytes") send_bytes("bye", CloseCode::normal);
        if (message.data == "channel") {
            LayerMessage event("direct");
            event.set("text", "for you");
            channel_send(channel_name(), std::move(event));
        }
    }
    void disconnect(CloseCode code) override {
        wish_.seen += "disconnect " + std::to_string(static_cast<int>(code));
    }

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers().forward("direct");
        return table;
    }

private:
    Wish& wish_;
};

/// Groups on two layers.
class TwoLayers : public AsyncWebsocketConsumer {
public:
    TwoLayers() { groups = {"room"}; }
    Task<void> connect() override {
        other_ = open_channel("second");
        co_await channel_layer("second").group_add("room", other_);
        co_await accept();
    }

protected:
    std::string_view layer_alias() const override { return "first"; }
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers().forward("hello");
        return table;
    }

private:
    Channel other_;
};

class WebsocketConsumerTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(WebsocketConsumerTest);
    CPPUNIT_TEST(accept_connection_accepts);
    CPPUNIT_TEST(deny_connection_is_403);
    CPPUNIT_TEST(stop_consumer_before_the_accept_is_403);
    CPPUNIT_TEST(a_denial_has_a_status_headers_and_a_body);
    CPPUNIT_TEST(a_message_may_close_behind_itself);
    CPPUNIT_TEST(a_consumer_sends_to_a_channel_by_name);
    CPPUNIT_TEST(a_consumer_is_in_groups_of_several_layers);
    CPPUNIT_TEST(a_strict_consumer_closes_on_an_unknown_event);
    CPPUNIT_TEST(a_broadcast_to_everybody_is_unknown_to_nobody);
    CPPUNIT_TEST_SUITE_END();

public:
    void accept_connection_accepts() {
        for (Application* application : both()) {
            wish_.connect = "accept";
            WebsocketCommunicator client(*application, loop_);
            CPPUNIT_ASSERT(client.connect().accepted);
            CPPUNIT_ASSERT_EQUAL(0, client.failures());
        }
    }

    void deny_connection_is_403() { check_refused("deny", 403); }
    void stop_consumer_before_the_accept_is_403() { check_refused("stop", 403); }

    void a_denial_has_a_status_headers_and_a_body() {
        for (Application* application : both()) {
            wish_ = Wish{"status", ""};
            WebsocketCommunicator client(*application, loop_);
            const auto answer = client.connect();
            CPPUNIT_ASSERT(!answer.accepted);
            CPPUNIT_ASSERT_EQUAL(429, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string("too many"), answer.body);
            CPPUNIT_ASSERT(answer.headers.contains("retry-after"));
            client.wait();
            CPPUNIT_ASSERT_EQUAL(std::string("disconnect 1006"), wish_.seen);
        }
    }

    void a_message_may_close_behind_itself() {
        for (Application* application : both()) {
            wish_ = Wish();
            WebsocketCommunicator text(*application, loop_);
            text.connect();
            text.send_to("text");
            CPPUNIT_ASSERT_EQUAL(std::string("bye"), text.receive_from());
            CPPUNIT_ASSERT_EQUAL(4001, static_cast<int>(text.receive_close().code));
            text.wait();
            CPPUNIT_ASSERT_EQUAL(std::string("disconnect 4001"), wish_.seen);

            WebsocketCommunicator bytes(*application, loop_);
            bytes.connect();
            bytes.send_to("bytes");
            const Receive message = bytes.receive_message();
            CPPUNIT_ASSERT(!message.is_text() && message.data == "bye");
            CPPUNIT_ASSERT(bytes.receive_close().code == CloseCode::normal);
        }
    }

    void a_consumer_sends_to_a_channel_by_name() {
        for (Application* application : both()) {
            WebsocketCommunicator client(*application, loop_);
            client.connect();
            client.send_to("channel");
            CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "direct", "text": "for you"})"),
                                 client.receive_from());
        }
    }

    void a_consumer_is_in_groups_of_several_layers() {
        TestServices services(loop_, {"default", "first", "second"});
        ConsumerApplication<TwoLayers> application(services);
        const auto send = [&](const char* alias) {
            return loop_.run(services.channel_layer(alias).group_send("room", LayerMessage("hello")));
        };
        {
            WebsocketCommunicator client(application, loop_);
            client.connect();
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), send("default"));
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), send("first"));
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), send("second"));
            CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "hello"})"), client.receive_from());
            CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "hello"})"), client.receive_from());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), send("first"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), send("second"));
    }

    void a_strict_consumer_closes_on_an_unknown_event() {
        TestServices services(loop_, {"default", "first", "second"});
        ConsumerApplication<TwoLayers> application(services, true);
        WebsocketCommunicator client(application, loop_);
        client.connect();
        auto& layer = services.channel_layer("first");
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), loop_.run(layer.group_send("room", LayerMessage("unknown"))));
        CPPUNIT_ASSERT(client.receive_close().code == CloseCode::internal_error);
        CPPUNIT_ASSERT(client.failure().find("no handler for 'unknown'") != std::string::npos);
    }

    void a_broadcast_to_everybody_is_unknown_to_nobody() {
        TestServices services(loop_, {"default", "first", "second"});
        ConsumerApplication<TwoLayers> application(services, true);
        WebsocketCommunicator client(application, loop_);
        client.connect();
        for (const char* type : {"broadcast.message", "layer.reconnected"}) {
            const SharedMessage message{LayerMessage(type)};
            CPPUNIT_ASSERT(client.attached()->deliver(message) == DeliverResult::ignored);
        }
        CPPUNIT_ASSERT(client.receive_nothing());
        CPPUNIT_ASSERT_EQUAL(0, client.failures());
    }

private:
    std::vector<Application*> both() { return {&application_, &sync_}; }

    void check_refused(const std::string& wish, int status) {
        for (Application* application : both()) {
            wish_ = Wish{wish, ""};
            WebsocketCommunicator client(*application, loop_);
            CPPUNIT_ASSERT_EQUAL(status, client.connect().status);
            client.wait();
            CPPUNIT_ASSERT_EQUAL(0, client.failures());
            CPPUNIT_ASSERT_EQUAL(std::string("disconnect 1006"), wish_.seen);
        }
    }

    Wish wish_;
    TestLoop loop_;
    TestServices services_{loop_};
    Serving<Wishful, Wish> application_{services_, wish_};
    Serving<WishfulSync, Wish> sync_{services_, wish_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebsocketConsumerTest);

}  // namespace
}  // namespace zanhu::test
