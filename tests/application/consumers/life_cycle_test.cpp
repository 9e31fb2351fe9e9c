#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "tests/application/serving.h"
#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

/// What a connection's consumer did, in words; and what it is to do.
struct Diary {
    std::string seen;
    std::string throw_in;  ///< "connect", "receive", "disconnect": that handler throws
    std::string connect_does = "accept";
    int alive = 0;
};

class Diarist : public AsyncWebsocketConsumer {
public:
    explicit Diarist(Diary& diary) : diary_(diary) {
        groups = {"readers", "writers"};
        ++diary_.alive;
    }
    ~Diarist() override { --diary_.alive; }

    Task<void> connect() override {
        diary_.seen += "connect ";
        maybe_throw("connect");
        if (diary_.connect_does == "accept") {
            Headers headers;
            headers.add("x-a", "b");
            co_await accept("chat", std::move(headers));
        }
        if (diary_.connect_does == "close") co_await close(CloseCode(4007));
        if (diary_.connect_does == "send") co_await send_text("too early");
        if (diary_.connect_does == "accept twice") {
            co_await accept();
            co_await accept();
        }
    }
    Task<void> receive(Receive message) override {
        diary_.seen += message.data + " ";
        maybe_throw("receive");
        if (message.data == "close") co_await close(CloseCode(4007), "enough");
        if (message.data == "sleep") {
            co_await link().loop().sleep_for(std::chrono::hours(1), link().token());
            diary_.seen += "woken ";
        }
    }
    Task<void> disconnect(CloseCode code) override {
        diary_.seen += "disconnect " + std::to_string(static_cast<int>(code)) + " ";
        const std::size_t readers = co_await channel_layer().group_send("readers", LayerMessage("a.b"));
        if (readers > 0) diary_.seen += "still in its group ";
        const SendResult result = co_await send_text("goodbye");
        if (result != SendResult::closed) diary_.seen += "could still send ";
        maybe_throw("disconnect");
    }

private:
    Task<void> nod(const SharedMessage&) { co_return; }
    void maybe_throw(const std::string& where) const {
        if (diary_.throw_in == where) throw std::runtime_error("a fault in " + where);
    }
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers().forward("a.b").on<&Diarist::nod>("nod");
        return table;
    }

    Diary& diary_;
};

class ConsumerLifeCycleTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ConsumerLifeCycleTest);
    CPPUNIT_TEST(an_accept_carries_subprotocol_and_headers);
    CPPUNIT_TEST(messages_come_one_at_a_time_and_disconnect_is_last);
    CPPUNIT_TEST(the_groups_are_joined_before_connect_and_left_before_disconnect);
    CPPUNIT_TEST(close_before_accept_is_403_and_disconnect_follows);
    CPPUNIT_TEST(a_close_after_accept_has_its_code_and_reason_and_one_disconnect);
    CPPUNIT_TEST(an_exception_in_connect_is_500_and_disconnect_follows);
    CPPUNIT_TEST(an_exception_in_receive_is_1011_and_disconnect_follows);
    CPPUNIT_TEST(after_an_exception_nothing_is_handled_but_disconnect);
    CPPUNIT_TEST(an_exception_in_disconnect_ends_there);
    CPPUNIT_TEST(out_of_order_commands_of_the_application_fail_the_connection);
    CPPUNIT_TEST(a_connect_that_does_not_answer_leaves_the_handshake_pending);
    CPPUNIT_TEST(a_handler_that_waits_is_cancelled_when_the_client_goes);
    CPPUNIT_TEST(the_default_consumer_accepts_and_ignores);
    CPPUNIT_TEST(the_consumer_is_attached_for_broadcasts_as_long_as_it_lives);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { diary_ = Diary(); }
    void tearDown() override { CPPUNIT_ASSERT_EQUAL(0, diary_.alive); }

    void an_accept_carries_subprotocol_and_headers() {
        WebsocketCommunicator client(application_, loop_);
        client.scope().subprotocols = {"superchat", "chat"};
        const auto answer = client.connect();
        CPPUNIT_ASSERT(answer.accepted);
        CPPUNIT_ASSERT_EQUAL(101, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("chat"), answer.subprotocol);
        CPPUNIT_ASSERT_EQUAL(std::string("b"), std::string(answer.headers.find("x-a").value_or("")));
    }

    void messages_come_one_at_a_time_and_disconnect_is_last() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("one");
        client.send_bytes_to("two");
        client.send_to("three");
        client.disconnect(CloseCode(4001));
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("connect one two three disconnect 4001 "), diary_.seen);
        CPPUNIT_ASSERT_EQUAL(0, client.failures());
    }

    void the_groups_are_joined_before_connect_and_left_before_disconnect() {
        diary_.connect_does = "nothing";
        WebsocketCommunicator client(application_, loop_);
        client.start();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("readers", LayerMessage("nod")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("writers", LayerMessage("nod")));
        client.disconnect();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("readers", LayerMessage("nod")));
        CPPUNIT_ASSERT(diary_.seen.find("still in its group") == std::string::npos);
        CPPUNIT_ASSERT(diary_.seen.find("disconnect") != std::string::npos);
    }

    void close_before_accept_is_403_and_disconnect_follows() {
        diary_.connect_does = "close";
        WebsocketCommunicator client(application_, loop_);
        const auto answer = client.connect();
        client.wait();
        CPPUNIT_ASSERT(!answer.accepted);
        CPPUNIT_ASSERT_EQUAL(403, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("connect disconnect 1006 "), diary_.seen);
    }

    void a_close_after_accept_has_its_code_and_reason_and_one_disconnect() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("close");
        const Close close = client.receive_close();
        client.disconnect(CloseCode::normal);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(4007, static_cast<int>(close.code));
        CPPUNIT_ASSERT_EQUAL(std::string("enough"), close.reason);
        CPPUNIT_ASSERT_EQUAL(std::string("connect close disconnect 4007 "), diary_.seen);
    }

    void an_exception_in_connect_is_500_and_disconnect_follows() {
        diary_.throw_in = "connect";
        WebsocketCommunicator client(application_, loop_);
        CPPUNIT_ASSERT_EQUAL(500, client.connect().status);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("a fault in connect"), client.failure());
        CPPUNIT_ASSERT_EQUAL(std::string("connect disconnect 1006 "), diary_.seen);
    }

    void an_exception_in_receive_is_1011_and_disconnect_follows() {
        diary_.throw_in = "receive";
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("one");
        CPPUNIT_ASSERT(client.receive_close().code == CloseCode::internal_error);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("a fault in receive"), client.failure());
        CPPUNIT_ASSERT_EQUAL(std::string("connect one disconnect 1011 "), diary_.seen);
        CPPUNIT_ASSERT_EQUAL(1, client.failures());
    }

    void after_an_exception_nothing_is_handled_but_disconnect() {
        diary_.throw_in = "receive";
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("one");
        client.send_to("two");
        CPPUNIT_ASSERT(client.push(LayerMessage("a.b")) == DeliverResult::delivered);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("connect one disconnect 1011 "), diary_.seen);
        CPPUNIT_ASSERT_EQUAL(1, client.failures());
    }

    void an_exception_in_disconnect_ends_there() {
        diary_.throw_in = "disconnect";
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.disconnect();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("connect disconnect 1000 "), diary_.seen);
    }

    void out_of_order_commands_of_the_application_fail_the_connection() {
        diary_.connect_does = "send";
        WebsocketCommunicator early(application_, loop_);
        CPPUNIT_ASSERT_EQUAL(500, early.connect().status);
        early.wait();
        diary_.connect_does = "accept twice";
        WebsocketCommunicator twice(application_, loop_);
        CPPUNIT_ASSERT(twice.connect().accepted);
        CPPUNIT_ASSERT(twice.receive_close().code == CloseCode::internal_error);
        twice.wait();
    }

    void a_connect_that_does_not_answer_leaves_the_handshake_pending() {
        diary_.connect_does = "nothing";
        WebsocketCommunicator client(application_, loop_);
        client.start();
        CPPUNIT_ASSERT(!client.ended());
        CPPUNIT_ASSERT_EQUAL(std::string("connect "), diary_.seen);
        client.disconnect(CloseCode::abnormal);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("connect disconnect 1006 "), diary_.seen);
    }

    void a_handler_that_waits_is_cancelled_when_the_client_goes() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("sleep");
        client.send_to("never handled too late");
        CPPUNIT_ASSERT(client.receive_nothing());
        client.disconnect(CloseCode::going_away);
        client.wait();
        CPPUNIT_ASSERT(diary_.seen.find("woken") == std::string::npos);
        CPPUNIT_ASSERT(diary_.seen.ends_with("disconnect 1001 "));
        CPPUNIT_ASSERT_EQUAL(0, client.failures());
    }

    void the_default_consumer_accepts_and_ignores() {
        ConsumerApplication<AsyncWebsocketConsumer> application(services_);
        WebsocketCommunicator client(application, loop_);
        const auto answer = client.connect();
        CPPUNIT_ASSERT(answer.accepted && answer.subprotocol.empty() && answer.headers.empty());
        client.send_to("anybody?");
        CPPUNIT_ASSERT(client.receive_nothing());
        client.disconnect();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(0, client.failures());
    }

    void the_consumer_is_attached_for_broadcasts_as_long_as_it_lives() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        Inbox* inbox = client.attached();
        CPPUNIT_ASSERT(inbox != nullptr);
        CPPUNIT_ASSERT(inbox->deliver(SharedMessage(LayerMessage("a.b"))) == DeliverResult::delivered);
        CPPUNIT_ASSERT(inbox->deliver(SharedMessage(LayerMessage("b.c"))) == DeliverResult::ignored);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "a.b"})"), client.receive_from());
        client.disconnect();
        client.wait();
        CPPUNIT_ASSERT(client.attached() == nullptr);
    }

private:
    Diary diary_;
    TestLoop loop_;
    TestServices services_{loop_};
    Serving<Diarist, Diary> application_{services_, diary_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConsumerLifeCycleTest);

}  // namespace
}  // namespace zanhu::test
