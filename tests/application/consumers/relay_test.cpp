#include "consumers/relay.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <map>
#include <memory>
#include <string>

#include <zanhu/errors.h>
#include <zanhu/names.h>

#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

using Keys = std::map<std::string, std::string, std::less<>>;

/// A route's section: the defaults of the schema, and what a test sets.
ConfigView section(const Keys& set) {
    Keys values;
    for (const KeySpec& key : consumers::RelayOptions::keys())
        values.emplace(key.key, key.default_value);
    for (const auto& [key, value] : set)
        values.insert_or_assign(key, value);
    return {"route.test", values};
}

const User k_alice("7", "alice");

User staff() {
    User user("1", "root");
    user.is_staff = true;
    return user;
}

/// One route, with its application.
class Route {
public:
    Route(TestServices& services, const Keys& keys) {
        factory_.configure(section(keys), services);
        application_ = factory_.make();
    }
    Application& application() noexcept { return *application_; }

private:
    consumers::RelayConsumerFactory factory_;
    std::unique_ptr<Application> application_;
};

/// A socket in ws/chat/<room>/ of somebody.
class Socket : public WebsocketCommunicator {
public:
    Socket(Route& route, TestLoop& loop, const std::string& room = "blue", const User& user = User())
        : WebsocketCommunicator(route.application(), loop, "/ws/chat/" + room + "/") {
        scope().url_route.kwargs.set("room", room);
        scope().set("user", user);
    }
};

const Keys k_chat = {{"groups", "chat_{room}"},
                     {"forward", "chat.message: json"},
                     {"on_message", "group: chat_{room}"},
                     {"who", "anybody"}};

class RelayTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(RelayTest);
    CPPUNIT_TEST(two_in_a_room_hear_each_other_and_nobody_else_does);
    CPPUNIT_TEST(what_the_server_says_of_a_sender_no_client_can_say);
    CPPUNIT_TEST(what_is_no_json_object_closes_with_1007_and_bytes_with_1003);
    CPPUNIT_TEST(a_room_whose_name_cannot_be_a_group_is_escaped);
    CPPUNIT_TEST(a_group_of_a_user_refuses_who_is_not_logged_in);
    CPPUNIT_TEST(the_user_group_is_that_of_the_site);
    CPPUNIT_TEST(a_keyword_that_the_route_lacks_is_an_error);
    CPPUNIT_TEST(text_and_bytes_of_events_are_sent_as_such);
    CPPUNIT_TEST(an_event_that_is_not_forwarded_is_ignored);
    CPPUNIT_TEST(only_who_may_is_passed_on);
    CPPUNIT_TEST(by_default_messages_are_ignored_and_echo_returns_them);
    CPPUNIT_TEST(a_channel_gets_text_bytes_and_whom_to_reply_to);
    CPPUNIT_TEST(a_workers_replies_become_frames);
    CPPUNIT_TEST(a_full_channel_closes_with_1013_or_drops);
    CPPUNIT_TEST(another_layer_can_be_named);
    CPPUNIT_TEST(what_cannot_be_meant_stops_the_start);
    CPPUNIT_TEST_SUITE_END();

public:
    void two_in_a_room_hear_each_other_and_nobody_else_does() {
        Route route(services_, k_chat);
        Socket first(route, loop_);
        Socket second(route, loop_);
        Socket elsewhere(route, loop_, "red");
        for (Socket* socket : {&first, &second, &elsewhere})
            CPPUNIT_ASSERT(socket->connect().accepted);
        first.send_to(R"({"message": "hello"})");
        const std::string event = R"({"type": "chat.message", "message": "hello", "sender": null})";
        CPPUNIT_ASSERT_EQUAL(event, first.receive_from());
        CPPUNIT_ASSERT_EQUAL(event, second.receive_from());
        CPPUNIT_ASSERT(elsewhere.receive_nothing());
        second.disconnect();
        second.wait();
        LayerMessage from_django("chat.message");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("chat_blue", std::move(from_django)));
    }

    void what_the_server_says_of_a_sender_no_client_can_say() {
        Route route(services_, k_chat);
        Socket alice(route, loop_, "blue", k_alice);
        alice.connect();
        alice.send_to(R"({"type": "websocket.close", "sender": "bob", "n": [1, {"a": null}]})");
        const Value event = alice.receive_json_from();
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"type": "chat.message", "sender": "alice", "n": [1, {"a": null}]})"),
            to_json(event));
    }

    void what_is_no_json_object_closes_with_1007_and_bytes_with_1003() {
        Route route(services_, k_chat);
        for (const char* text : {"", "hello", "[]", "7", "null", "{", R"({"__asgi_channel__": ["x"]})"}) {
            Socket socket(route, loop_);
            socket.connect();
            socket.send_to(text);
            CPPUNIT_ASSERT(socket.receive_close().code == CloseCode::invalid_payload);
            CPPUNIT_ASSERT_EQUAL(0, socket.failures());
        }
        Socket socket(route, loop_);
        socket.connect();
        socket.send_bytes_to("{}");
        CPPUNIT_ASSERT(socket.receive_close().code == CloseCode::unsupported_data);
    }

    void a_room_whose_name_cannot_be_a_group_is_escaped() {
        Route route(services_, k_chat);
        Socket first(route, loop_, "蓝色");
        Socket second(route, loop_, "蓝色");
        Socket other(route, loop_, "红色");
        for (Socket* socket : {&first, &second, &other})
            CPPUNIT_ASSERT(socket->connect().accepted);
        first.send_to("{}");
        second.receive_from();
        CPPUNIT_ASSERT(other.receive_nothing());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2),
                             services_.group_send(usable_group("chat_蓝色"), LayerMessage("chat.message")));
        CPPUNIT_ASSERT(usable_group("chat_蓝色").starts_with("zanhu.group."));
        // Nobody gets there by asking for the escaped name.
        Route bare(services_, {{"groups", "{room}"}, {"forward", "chat.message: json"}});
        for (const std::string& room :
             {usable_group("chat_蓝色"), std::string("notifications"), user_group("{username}", "张三")}) {
            Socket socket(bare, loop_, room);
            CPPUNIT_ASSERT(socket.connect().accepted);
            CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                                 services_.group_send(usable_group(room), LayerMessage("chat.message")));
            CPPUNIT_ASSERT(usable_group(room) != room);
        }
    }

    void a_group_of_a_user_refuses_who_is_not_logged_in() {
        for (const char* group : {"inbox_{username}", "inbox_{user_id}", "{user_group}"}) {
            Route route(services_, {{"groups", group}, {"forward", "note: json"}});
            Socket nobody(route, loop_);
            CPPUNIT_ASSERT_EQUAL(403, nobody.connect().status);
            Socket alice(route, loop_, "blue", k_alice);
            CPPUNIT_ASSERT(alice.connect().accepted);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("inbox_alice", LayerMessage("note")));
    }

    void the_user_group_is_that_of_the_site() {
        services_.options.user_group = "user-{username}";
        for (const char* group : {"{user_group}", "user-{username}"}) {
            Route route(services_, {{"groups", group}, {"forward", "note: json"}});
            const User zhang("8", "张三");
            Socket socket(route, loop_, "blue", zhang);
            socket.connect();
            CPPUNIT_ASSERT_EQUAL(
                std::size_t(1),
                services_.group_send(user_group("user-{username}", "张三"), LayerMessage("note")));
        }
    }

    void a_keyword_that_the_route_lacks_is_an_error() {
        Route route(services_, {{"groups", "chat_{number}"}});
        Socket socket(route, loop_);
        CPPUNIT_ASSERT_EQUAL(500, socket.connect().status);
        CPPUNIT_ASSERT(socket.failure().find("needs 'number'") != std::string::npos);
    }

    void text_and_bytes_of_events_are_sent_as_such() {
        Route route(services_, {{"groups", "all"}, {"forward", "notify: text, blob: bytes"}});
        Socket socket(route, loop_);
        socket.connect();
        LayerMessage notify("notify");
        notify.set("text", "你好");
        services_.group_send("all", std::move(notify));
        const Receive text = socket.receive_message();
        CPPUNIT_ASSERT(text.is_text() && text.data == "你好");
        LayerMessage blob("blob");
        blob.set("bytes", Bytes(std::string("\xff\0", 2)));
        services_.group_send("all", std::move(blob));
        const Receive bytes = socket.receive_message();
        CPPUNIT_ASSERT(!bytes.is_text() && bytes.data == std::string("\xff\0", 2));
        for (const char* type : {"notify", "blob"})
            services_.group_send("all", LayerMessage(type));
        CPPUNIT_ASSERT(socket.receive_nothing());
        CPPUNIT_ASSERT_EQUAL(0, socket.failures());
    }

    void an_event_that_is_not_forwarded_is_ignored() {
        Route route(services_, k_chat);
        Socket socket(route, loop_);
        socket.connect();
        // Also what only the channel mode takes for a reply.
        for (const char* type : {"other", "websocket.send", "websocket.close"})
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("chat_blue", LayerMessage(type)));
        CPPUNIT_ASSERT(socket.receive_nothing() && !socket.ended());
    }

    void only_who_may_is_passed_on() {
        const auto outcome = [this](const char* who, const User& user) {
            Keys keys = k_chat;
            keys["who"] = who;
            Route route(services_, keys);
            Socket socket(route, loop_, "blue", user);
            socket.connect();
            socket.send_to("{}");
            loop_.run_pending();
            if (!socket.ended()) return 0;
            return static_cast<int>(socket.receive_close().code);
        };
        User super("2", "super");
        super.is_superuser = true;
        CPPUNIT_ASSERT_EQUAL(0, outcome("anybody", User()));
        CPPUNIT_ASSERT_EQUAL(1008, outcome("authenticated", User()));
        CPPUNIT_ASSERT_EQUAL(0, outcome("authenticated", k_alice));
        CPPUNIT_ASSERT_EQUAL(1008, outcome("staff", k_alice));
        CPPUNIT_ASSERT_EQUAL(0, outcome("staff", staff()));
        CPPUNIT_ASSERT_EQUAL(1008, outcome("superuser", staff()));
        CPPUNIT_ASSERT_EQUAL(0, outcome("superuser", super));
    }

    void by_default_messages_are_ignored_and_echo_returns_them() {
        Route silent(services_, {});
        Socket ignored(silent, loop_);
        CPPUNIT_ASSERT(ignored.connect().accepted);
        ignored.send_to("hello");
        CPPUNIT_ASSERT(ignored.receive_nothing() && !ignored.ended());
        Route echo(services_, {{"on_message", "echo"}});
        Socket socket(echo, loop_);
        socket.connect();
        socket.send_to("hello");
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), socket.receive_from());
        socket.send_bytes_to("\x01");
        CPPUNIT_ASSERT(!socket.receive_message().is_text());
    }

    void a_channel_gets_text_bytes_and_whom_to_reply_to() {
        Route route(services_, {{"on_message", "channel: chat-work"}, {"event", "chat.received"}});
        Socket socket(route, loop_, "blue", k_alice);
        socket.connect();
        socket.send_to("hello");
        SharedMessage message = services_.receive("chat-work");
        CPPUNIT_ASSERT_EQUAL(std::string("chat.received"), message->type());
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), std::string(message->text("text")));
        CPPUNIT_ASSERT_EQUAL(std::string("7"), std::string(message->text("user_id")));
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), std::string(message->text("username")));
        CPPUNIT_ASSERT_EQUAL(std::string("/ws/chat/blue/"), std::string(message->text("path")));
        CPPUNIT_ASSERT(is_valid_channel_name(message->text("reply_channel")));
        const ValueMap* kwargs = message->find("kwargs")->as<ValueMap>();
        CPPUNIT_ASSERT_EQUAL(std::string("blue"), *kwargs->find_text("room"));
        socket.send_bytes_to("\xff");
        message = services_.receive("chat-work");
        CPPUNIT_ASSERT_EQUAL(std::string("\xff"), message->find("bytes")->as<Bytes>()->data);
        CPPUNIT_ASSERT(message->find("text") == nullptr);
        Socket nobody(route, loop_);
        nobody.connect();
        nobody.send_to("hello");
        CPPUNIT_ASSERT(nobody.receive_close().code == CloseCode::policy_violation);
    }

    void a_workers_replies_become_frames() {
        Route route(services_, {{"on_message", "channel: work"}, {"who", "anybody"}});
        const auto reply = [this](LayerMessage message, Socket& socket) {
            socket.connect();
            socket.send_to("hello");
            const std::string channel(services_.receive("work")->text("reply_channel"));
            services_.send(channel, std::move(message));
        };
        const auto reply_of = [](const char* type, const char* key, Value value) {
            LayerMessage message(type);
            message.set(key, std::move(value));
            return message;
        };
        Socket text(route, loop_);
        reply(reply_of("websocket.send", "text", "hi"), text);
        CPPUNIT_ASSERT_EQUAL(std::string("hi"), text.receive_from());
        Socket bytes(route, loop_);
        reply(reply_of("websocket.send", "bytes", Bytes("\xff")), bytes);
        CPPUNIT_ASSERT(!bytes.receive_message().is_text());
        Socket last(route, loop_);
        LayerMessage goodbye = reply_of("websocket.send", "text", "bye");
        goodbye.set("close", true);
        reply(std::move(goodbye), last);
        CPPUNIT_ASSERT_EQUAL(std::string("bye"), last.receive_from());
        CPPUNIT_ASSERT(last.receive_close().code == CloseCode::normal);
        Socket closed(route, loop_);
        LayerMessage close = reply_of("websocket.close", "code", 4003);
        close.set("reason", "enough");
        reply(std::move(close), closed);
        const Close frame = closed.receive_close();
        CPPUNIT_ASSERT(static_cast<int>(frame.code) == 4003 && frame.reason == "enough");
        Socket plain(route, loop_);
        reply(LayerMessage("websocket.close"), plain);
        CPPUNIT_ASSERT(plain.receive_close().code == CloseCode::normal);
        Socket nothing(route, loop_);
        reply(reply_of("websocket.send", "close", false), nothing);
        CPPUNIT_ASSERT(nothing.receive_nothing() && !nothing.ended());
    }

    void a_full_channel_closes_with_1013_or_drops() {
        for (const char* policy : {"close", "drop"}) {
            Route route(services_,
                        {{"on_message", std::string("channel: full-") + policy},
                         {"who", "anybody"},
                         {"channel_full", policy}});
            Socket socket(route, loop_);
            socket.connect();
            for (int i = 0; i < 101; ++i)  // one more than the channel holds
                socket.send_to(std::to_string(i));
            loop_.run_pending();
            const bool closes = std::string(policy) == "close";
            CPPUNIT_ASSERT_EQUAL(closes, socket.ended());
            if (closes) CPPUNIT_ASSERT(socket.receive_close().code == CloseCode::try_again_later);
            CPPUNIT_ASSERT_EQUAL(0, socket.failures());
        }
    }

    void another_layer_can_be_named() {
        TestServices services(loop_, {"default", "second"});
        Keys keys = k_chat;
        keys["layer"] = "second";
        Route route(services, keys);
        Socket socket(route, loop_);
        socket.connect();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services.group_send("chat_blue", LayerMessage("chat.message")));
        auto& layer = services.channel_layer("second");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                             loop_.run(layer.group_send("chat_blue", LayerMessage("chat.message"))));
    }

    void what_cannot_be_meant_stops_the_start() {
        const std::pair<Keys, const char*> k_cases[] = {
            {{{"groups", "chat room"}}, "[route.test] groups: `chat room` cannot name a group"},
            {{{"groups", "chat_{"}}, "groups"},
            {{{"groups", "chat_{}"}}, "groups"},
            {{{"groups", "chat_}x"}}, "groups"},
            {{{"groups", "x_{user_group}"}}, "groups"},
            {{{"groups", "é{room}"}}, "groups"},
            {{{"forward", "chat.message"}}, "forward"},
            {{{"forward", "chat.message: xml"}}, "json, text or bytes"},
            {{{"forward", "websocket.receive: json"}}, "forward"},
            {{{"forward", "a b: json"}}, "forward"},
            {{{"forward", "a: json, a: text"}}, "handled twice"},
            {{{"forward", "websocket.send: json"}, {"on_message", "channel: x"}}, "handled twice"},
            {{{"on_message", "shout"}}, "on_message"},
            {{{"on_message", "group:"}}, "on_message"},
            {{{"on_message", "group: a b"}}, "on_message"},
            {{{"on_message", "channel: specific.x!y"}}, "on_message"},
            {{{"on_message", "echo: x"}}, "on_message"},
            {{{"event", "http.request"}}, "event"},
            {{{"event", ""}}, "event"},
            {{{"message", "xml"}}, "message"},
            {{{"layer", "other"}}, "[channel_layer.other]"},
            {{{"on_message", "group: x"}, {"message", "any"}, {"forward", "chat.message: json"}}, "bytes"},
        };
        for (const auto& [keys, expected] : k_cases) {
            consumers::RelayConsumerFactory factory;
            try {
                factory.configure(section(keys), services_);
                CPPUNIT_FAIL(std::string("accepted, instead of a problem with: ") + expected);
            } catch (const ConfigError& error) {
                const std::string said = error.what();
                CPPUNIT_ASSERT_MESSAGE(said, said.find(expected) != std::string::npos);
            }
        }
    }

private:
    TestLoop loop_;
    TestServices services_{loop_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(RelayTest);

}  // namespace
}  // namespace zanhu::test
