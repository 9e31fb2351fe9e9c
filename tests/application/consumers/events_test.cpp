#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>

#include <zanhu/next_turn.h>

#include "tests/application/serving.h"
#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

/// Joins the group "room" and handles some types of events.
class Room : public AsyncWebsocketConsumer {
public:
    explicit Room(std::string& seen) : seen_(seen) { groups = {"room"}; }

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers()
                                               .on<&Room::chat_message>("chat.message")
                                               .on<&Room::faulty>("faulty")
                                               .forward("receive");
        return table;
    }

private:
    Task<void> chat_message(const SharedMessage& message) {
        seen_ += "<";
        NextTurn turn(link().loop());
        co_await turn;
        seen_ += message->text("text");
        co_await send_text("chat: " + std::string(message->text("text")));
        seen_ += ">";
    }
    Task<void> faulty(const SharedMessage&) {
        throw std::runtime_error("a fault");
        co_return;
    }

    std::string& seen_;
};

LayerMessage chat(const char* text) {
    LayerMessage message("chat.message");
    message.set("text", text);
    return message;
}

class ConsumerEventsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ConsumerEventsTest);
    CPPUNIT_TEST(an_event_reaches_its_handler);
    CPPUNIT_TEST(handlers_run_one_at_a_time_in_order);
    CPPUNIT_TEST(a_forwarded_event_is_sent_as_its_json);
    CPPUNIT_TEST(unknown_types_are_ignored_and_nothing_ends);
    CPPUNIT_TEST(a_fault_in_a_handler_closes_with_1011);
    CPPUNIT_TEST(a_forwarded_event_that_json_cannot_carry_closes_with_1011);
    CPPUNIT_TEST(every_member_of_the_group_gets_it);
    CPPUNIT_TEST(an_event_for_one_channel_reaches_that_one);
    CPPUNIT_TEST_SUITE_END();

public:
    void an_event_reaches_its_handler() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("room", chat("hello")));
        CPPUNIT_ASSERT_EQUAL(std::string("chat: hello"), client.receive_from());
    }

    void handlers_run_one_at_a_time_in_order() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        for (const char* text : {"a", "b", "c"})
            CPPUNIT_ASSERT(client.push(chat(text)) == DeliverResult::delivered);
        for (const char* text : {"chat: a", "chat: b", "chat: c"})
            CPPUNIT_ASSERT_EQUAL(std::string(text), client.receive_from());
        CPPUNIT_ASSERT_EQUAL(std::string("<a><b><c>"), seen_);
    }

    void a_forwarded_event_is_sent_as_its_json() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        LayerMessage message("receive");
        message.set("sender", "张三").set("n", 7);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("room", std::move(message)));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "receive", "sender": "\u5f20\u4e09", "n": 7})"),
                             client.receive_from());
    }

    void unknown_types_are_ignored_and_nothing_ends() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        for (const char* type : {"chat_message", "chat", "", "close", "websocket.close", "_private"})
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("room", LayerMessage(type)));
        CPPUNIT_ASSERT(client.receive_nothing());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("room", chat("still here")));
        CPPUNIT_ASSERT_EQUAL(std::string("chat: still here"), client.receive_from());
    }

    void a_fault_in_a_handler_closes_with_1011() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("room", LayerMessage("faulty")));
        CPPUNIT_ASSERT(client.receive_close().code == CloseCode::internal_error);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("room", chat("nobody")));
    }

    void a_forwarded_event_that_json_cannot_carry_closes_with_1011() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        LayerMessage message("receive");
        message.set("data", Bytes("\xff"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("room", std::move(message)));
        CPPUNIT_ASSERT(client.receive_close().code == CloseCode::internal_error);
    }

    void every_member_of_the_group_gets_it() {
        WebsocketCommunicator first(application_, loop_);
        WebsocketCommunicator second(application_, loop_);
        first.connect();
        second.connect();
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), services_.group_send("room", chat("all")));
        CPPUNIT_ASSERT_EQUAL(std::string("chat: all"), first.receive_from());
        CPPUNIT_ASSERT_EQUAL(std::string("chat: all"), second.receive_from());
        first.disconnect();
        first.wait();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("room", chat("one left")));
        CPPUNIT_ASSERT_EQUAL(std::string("chat: one left"), second.receive_from());
    }

    void an_event_for_one_channel_reaches_that_one();

private:
    std::string seen_;
    TestLoop loop_;
    TestServices services_{loop_};
    Serving<Room, std::string> application_{services_, seen_};
};

/// Tells its channel's name to the client.
class Named : public AsyncWebsocketConsumer {
    Task<void> receive(Receive) override { co_await send_text(channel().name()); }
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers().forward("to.you");
        return table;
    }
};

void ConsumerEventsTest::an_event_for_one_channel_reaches_that_one() {
    ConsumerApplication<Named> application(services_);
    WebsocketCommunicator first(application, loop_);
    WebsocketCommunicator second(application, loop_);
    first.connect();
    second.connect();
    first.send_to("who am I?");
    second.send_to("who am I?");
    const std::string name = first.receive_from();
    CPPUNIT_ASSERT(name != second.receive_from());
    CPPUNIT_ASSERT(name.starts_with("specific."));
    loop_.run(services_.channel_layer("default").send(name, LayerMessage("to.you")));
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "to.you"})"), first.receive_from());
    CPPUNIT_ASSERT(second.receive_nothing());
}

CPPUNIT_TEST_SUITE_REGISTRATION(ConsumerEventsTest);

}  // namespace
}  // namespace zanhu::test
