#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>
#include <thread>

#include "tests/application/serving.h"
#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

/// What a consumer of raw events heard, on which thread.
struct Heard {
    std::string events;
    bool on_loop = true;
};

/// Handles every type of event, and stops where it is told to.
class Raw : public AsyncConsumer {
public:
    explicit Raw(Heard& heard) : heard_(heard) {}

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers()
                                               .on<&Raw::websocket_connect>("websocket.connect")
                                               .on<&Raw::websocket_receive>("websocket.receive")
                                               .on<&Raw::websocket_disconnect>("websocket.disconnect")
                                               .on<&Raw::http_request>("http.request")
                                               .on<&Raw::http_disconnect>("http.disconnect")
                                               .on<&Raw::chat_message>("chat.message");
        return table;
    }

private:
    Task<void> websocket_connect(Connect) {
        heard_.events += "connect ";
        co_await send(Accept());
    }
    Task<void> websocket_receive(const Receive& event) {
        heard_.events += event.data + " ";
        if (event.data == "stop") throw StopConsumer();
        co_await send(Send(MessageKind::text, channel_name()));
    }
    Task<void> websocket_disconnect(Disconnect event) {
        heard_.events += "disconnect " + std::to_string(static_cast<int>(event.code));
        throw StopConsumer();  // as consumers of Channels do
        co_return;
    }
    Task<void> http_request(HttpBody piece) {
        heard_.events += "[" + piece.bytes + "]";
        if (piece.more) co_return;
        co_await send(ResponseStart(200));
        co_await send(ResponseBody("done"));
    }
    Task<void> http_disconnect(Disconnect) {
        heard_.events += " gone";
        co_return;
    }
    Task<void> chat_message(const SharedMessage& message) {
        heard_.events += message->text("text");
        heard_.events += " ";
        if (message->text("text") == "stop") throw StopConsumer();
        co_return;
    }

    Heard& heard_;
};

/// The same with handlers that block, and no handler for the connect of HTTP.
class RawSync : public SyncConsumer {
public:
    explicit RawSync(Heard& heard) : heard_(heard) {}

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers()
                                               .on<&RawSync::websocket_connect>("websocket.connect")
                                               .on<&RawSync::websocket_receive>("websocket.receive")
                                               .on<&RawSync::websocket_disconnect>("websocket.disconnect")
                                               .on<&RawSync::chat_message>("chat.message");
        return table;
    }

private:
    void hear(const std::string& what) {
        heard_.events += what + " ";
        heard_.on_loop = heard_.on_loop && EventLoop::current() != nullptr;
    }
    void websocket_connect(Connect) {
        hear("connect");
        group_add("room");
        send(Accept());
    }
    void websocket_receive(Receive event) {
        hear(event.data);
        if (event.data == "fault") throw std::runtime_error("a fault");
        if (event.data == "to me") {
            LayerMessage message("chat.message");
            message.set("text", "by name");
            channel_send(channel_name(), std::move(message));
        }
        send(Send(event.kind, std::move(event.data)));
    }
    void websocket_disconnect(const Disconnect& event) {
        hear("disconnect " + std::to_string(static_cast<int>(event.code)));
    }
    void chat_message(const SharedMessage& message) {
        hear(std::string(message->text("text")));
        send(Send(MessageKind::text, "chat"));
    }

    Heard& heard_;
};

/// No table.
class Deaf : public AsyncConsumer {};

LayerMessage chat(const char* text) {
    LayerMessage message("chat.message");
    message.set("text", text);
    return message;
}

class RawConsumerTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(RawConsumerTest);
    CPPUNIT_TEST(a_socket_s_events_reach_their_handlers_by_type);
    CPPUNIT_TEST(a_consumer_that_stops_closes_with_1000_and_hears_the_disconnect);
    CPPUNIT_TEST(a_request_comes_in_pieces_and_ends_with_a_disconnect);
    CPPUNIT_TEST(a_workers_messages_reach_their_handlers);
    CPPUNIT_TEST(a_layer_message_named_like_a_socket_event_is_not_taken_for_one);
    CPPUNIT_TEST(handlers_that_return_void_run_on_the_pool);
    CPPUNIT_TEST(a_fault_of_a_handler_on_the_pool_is_1011);
    CPPUNIT_TEST(without_a_handler_an_event_is_ignored);
    CPPUNIT_TEST(without_a_handler_a_strict_consumer_fails);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_socket_s_events_reach_their_handlers_by_type() {
        WebsocketCommunicator client(application_, loop_);
        CPPUNIT_ASSERT(client.connect().accepted);
        client.send_to("hello");
        const std::string name = client.receive_from();
        services_.send(name, chat("by-name"));
        client.disconnect(CloseCode::going_away);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("connect hello by-name disconnect 1001"), heard_.events);
        CPPUNIT_ASSERT_EQUAL(0, client.failures());
    }

    void a_consumer_that_stops_closes_with_1000_and_hears_the_disconnect() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("stop");
        client.send_to("too late");
        CPPUNIT_ASSERT(client.receive_close().code == CloseCode::normal);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("connect stop disconnect 1000"), heard_.events);
        CPPUNIT_ASSERT_EQUAL(0, client.failures());
    }

    void a_request_comes_in_pieces_and_ends_with_a_disconnect() {
        HttpCommunicator client(application_, loop_);
        client.set_body_pieces({"a", "b", ""});
        const HttpResponse response = client.run();
        CPPUNIT_ASSERT(response.complete && response.status == 200 && response.body == "done");
        CPPUNIT_ASSERT_EQUAL(std::string("[a][b][] gone"), heard_.events);
    }

    void a_workers_messages_reach_their_handlers() {
        ApplicationCommunicator worker(application_, loop_, ScopeType::channel);
        worker.send_input(SharedMessage(chat("one")));
        worker.send_input(SharedMessage(LayerMessage("nobody.knows")));
        worker.send_input(SharedMessage(chat("two")));
        CPPUNIT_ASSERT(worker.receive_nothing());
        CPPUNIT_ASSERT_EQUAL(std::string("one two "), heard_.events);
        CPPUNIT_ASSERT(!worker.ended());
        worker.send_input(SharedMessage(chat("stop")));
        worker.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("one two stop disconnect 1011"), heard_.events);
    }

    void a_layer_message_named_like_a_socket_event_is_not_taken_for_one() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("who?");
        const std::string name = client.receive_from();
        for (const char* type :
             {"websocket.receive", "websocket.connect", "websocket.disconnect", "http.request"})
            services_.send(name, LayerMessage(type));
        CPPUNIT_ASSERT(client.receive_nothing());
        CPPUNIT_ASSERT_EQUAL(std::string("connect who? "), heard_.events);
        CPPUNIT_ASSERT(!client.ended());
    }

    void handlers_that_return_void_run_on_the_pool() {
        WebsocketCommunicator client(sync_, loop_);
        CPPUNIT_ASSERT(client.connect().accepted);
        client.send_to("hello");
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), client.receive_from());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("room", chat("to-room")));
        CPPUNIT_ASSERT_EQUAL(std::string("chat"), client.receive_from());
        client.send_to("to me");
        CPPUNIT_ASSERT_EQUAL(std::string("to me"), client.receive_from());
        CPPUNIT_ASSERT_EQUAL(std::string("chat"), client.receive_from());
        client.disconnect();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("connect hello to-room to me by name disconnect 1000 "),
                             heard_.events);
        CPPUNIT_ASSERT(!heard_.on_loop);
    }

    void a_fault_of_a_handler_on_the_pool_is_1011() {
        WebsocketCommunicator client(sync_, loop_);
        client.connect();
        client.send_to("fault");
        CPPUNIT_ASSERT(client.receive_close().code == CloseCode::internal_error);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("a fault"), client.failure());
        CPPUNIT_ASSERT_EQUAL(std::string("connect fault disconnect 1011 "), heard_.events);
    }

    void without_a_handler_an_event_is_ignored() {
        ConsumerApplication<Deaf> application(services_);
        ApplicationCommunicator client(application, loop_, ScopeType::websocket);
        client.send_input(Connect());
        client.send_input(Receive(MessageKind::text, "anybody?"));
        client.send_input(SharedMessage(chat("anybody?")));
        CPPUNIT_ASSERT(client.receive_nothing());
        client.send_input(Disconnect(CloseCode::normal));
        client.wait();
    }

    void without_a_handler_a_strict_consumer_fails() {
        ConsumerApplication<Deaf> application(services_, true);
        WebsocketCommunicator client(application, loop_, "/ws/deaf/");
        client.start();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(500, client.answer().status);
        CPPUNIT_ASSERT(client.failure().find("/ws/deaf/ has no handler for 'websocket.connect'") !=
                       std::string::npos);
        ApplicationCommunicator worker(application, loop_, ScopeType::channel);
        worker.send_input(SharedMessage(chat("anybody?")));
        CPPUNIT_ASSERT_THROW(worker.wait(), Error);
    }

private:
    Heard heard_;
    TestLoop loop_;
    TestServices services_{loop_};
    Serving<Raw, Heard> application_{services_, heard_};
    Serving<RawSync, Heard> sync_{services_, heard_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(RawConsumerTest);

}  // namespace
}  // namespace zanhu::test
