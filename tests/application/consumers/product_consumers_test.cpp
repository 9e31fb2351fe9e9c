#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>

#include <zanhu/names.h>

#include "consumers/consumers.h"
#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

/// By the names that a configuration uses.
class ProductConsumersTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ProductConsumersTest);
    CPPUNIT_TEST(both_echoes_send_back_text_and_bytes);
    CPPUNIT_TEST(anonymous_is_refused_with_403);
    CPPUNIT_TEST(a_message_to_the_users_group_arrives_as_json);
    CPPUNIT_TEST(the_session_decides_and_not_the_path);
    CPPUNIT_TEST(any_user_name_leads_to_a_group_of_its_own);
    CPPUNIT_TEST(a_user_of_a_reserved_name_gets_nobody_elses_messages);
    CPPUNIT_TEST(the_pattern_of_the_users_group_is_the_sites);
    CPPUNIT_TEST(what_the_client_sends_comes_back_as_json);
    CPPUNIT_TEST(notifications_reach_all_and_messages_their_user_only);
    CPPUNIT_TEST(a_broadcast_reaches_messages_and_notifications_and_not_an_echo);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { consumers::add_consumers(components_ = Components()); }

    void both_echoes_send_back_text_and_bytes() {
        for (const char* name : {"EchoConsumer", "EchoAsyncConsumer"}) {
            const auto application = make(name);
            WebsocketCommunicator client(*application, loop_);
            CPPUNIT_ASSERT(client.connect().accepted);
            for (const std::string& text : {std::string("hello"), std::string(), std::string("张三")}) {
                client.send_to(text);
                const Receive back = client.receive_message();
                CPPUNIT_ASSERT_MESSAGE(name, back.is_text() && back.data == text);
            }
            client.send_bytes_to(std::string("\0\xff", 2));
            const Receive back = client.receive_message();
            CPPUNIT_ASSERT_MESSAGE(name, !back.is_text() && back.data == std::string("\0\xff", 2));
        }
    }

    void anonymous_is_refused_with_403() {
        for (const char* name : {"MessagesConsumer", "NotificationsConsumer"}) {
            const auto application = make(name);
            for (const bool with_slot : {false, true}) {
                WebsocketCommunicator client(*application, loop_);
                if (with_slot) client.scope().set("user", User());
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 403, client.connect().status);
                client.wait();
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("notifications", LayerMessage("receive")));
    }

    void a_message_to_the_users_group_arrives_as_json() {
        const auto application = make("MessagesConsumer");
        WebsocketCommunicator client(*application, loop_, "/ws/alice/");
        connect_as(client, "alice");
        LayerMessage message("receive");
        message.set("sender", "bob").set("message", "<p>hi</p>");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("alice", std::move(message)));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "receive", "sender": "bob", "message": "<p>hi</p>"})"),
                             client.receive_from());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("bob", LayerMessage("receive")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("alice", LayerMessage("other.type")));
    }

    void the_session_decides_and_not_the_path() {
        const auto application = make("MessagesConsumer");
        WebsocketCommunicator client(*application, loop_, "/ws/bob/");
        client.scope().url_route.kwargs.set("username", "bob");
        connect_as(client, "alice");
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("bob", LayerMessage("receive")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("alice", LayerMessage("receive")));
    }

    void any_user_name_leads_to_a_group_of_its_own() {
        const auto application = make("MessagesConsumer");
        for (const std::string& name : {std::string("张三"), std::string("a@b"), std::string(150, 'x')}) {
            WebsocketCommunicator client(*application, loop_);
            connect_as(client, name);
            const std::string group = user_group("{username}", name);
            CPPUNIT_ASSERT(is_valid_group_name(group));
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send(group, LayerMessage("receive")));
            client.receive_from();
            client.disconnect();
            client.wait();
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send(group, LayerMessage("receive")));
        }
    }

    void a_user_of_a_reserved_name_gets_nobody_elses_messages() {
        const auto application = make("MessagesConsumer");
        for (const char* name : {"notifications", "broadcast"}) {
            WebsocketCommunicator client(*application, loop_);
            connect_as(client, name);
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send(name, LayerMessage("receive")));
            const std::string group = user_group("{username}", name);
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send(group, LayerMessage("receive")));
        }
    }

    void the_pattern_of_the_users_group_is_the_sites() {
        services_.options.user_group = "user_{username}_";
        const auto application = make("MessagesConsumer");
        WebsocketCommunicator client(*application, loop_);
        connect_as(client, "alice");
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("alice", LayerMessage("receive")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("user_alice_", LayerMessage("receive")));
    }

    void what_the_client_sends_comes_back_as_json() {
        const auto application = make("MessagesConsumer");
        WebsocketCommunicator client(*application, loop_);
        connect_as(client, "alice");
        client.send_to("say \"hi\" to 张");
        CPPUNIT_ASSERT_EQUAL(std::string(R"("say \"hi\" to \u5f20")"), client.receive_from());
        client.send_bytes_to("\x01");
        const Receive bytes = client.receive_message();
        CPPUNIT_ASSERT(!bytes.is_text() && bytes.data == "\x01");
    }

    void notifications_reach_all_and_messages_their_user_only() {
        const auto messages = make("MessagesConsumer");
        const auto notifications = make("NotificationsConsumer");
        WebsocketCommunicator alice(*messages, loop_);
        WebsocketCommunicator bob(*notifications, loop_);
        WebsocketCommunicator carol(*notifications, loop_);
        connect_as(alice, "alice");
        connect_as(bob, "bob");
        connect_as(carol, "carol");
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), services_.group_send("notifications", LayerMessage("receive")));
        CPPUNIT_ASSERT(alice.receive_nothing());
        bob.receive_from();
        carol.receive_from();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("bob", LayerMessage("receive")));
        CPPUNIT_ASSERT(carol.receive_nothing());
        bob.receive_from();
    }

    void a_broadcast_reaches_messages_and_notifications_and_not_an_echo() {
        const SharedMessage broadcast(LayerMessage("broadcast.message"));
        for (const char* name :
             {"MessagesConsumer", "NotificationsConsumer", "EchoConsumer", "EchoAsyncConsumer"}) {
            const auto application = make(name);
            WebsocketCommunicator client(*application, loop_);
            connect_as(client, "alice");
            const bool is_echo = std::string(name).starts_with("Echo");
            const auto expected = is_echo ? DeliverResult::ignored : DeliverResult::delivered;
            CPPUNIT_ASSERT_MESSAGE(name, client.attached()->deliver(broadcast) == expected);
            if (is_echo) CPPUNIT_ASSERT(client.receive_nothing());
            if (!is_echo) CPPUNIT_ASSERT_EQUAL(broadcast.as_json(), client.receive_from());
        }
    }

private:
    std::unique_ptr<Application> make(const char* name) {
        const auto factory = components_.application(name);
        factory->configure(ConfigView("route.test", {{"strict", "no"}}), services_);
        return factory->make();
    }
    static void connect_as(WebsocketCommunicator& client, const std::string& username) {
        client.scope().set("user", User("7", username));
        CPPUNIT_ASSERT(client.connect().accepted);
    }

    TestLoop loop_;
    TestServices services_{loop_};
    Components components_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProductConsumersTest);

}  // namespace
}  // namespace zanhu::test
