#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <string>
#include <thread>

#include "examples/notes/echo.h"
#include "examples/notes/echo_async.h"
#include "examples/notes/http_get.h"
#include "examples/notes/messages.h"
#include "examples/notes/my_consumers.h"
#include "examples/notes/sync_and_async.h"
#include "tests/application/serving.h"
#include "tests/application/testing.h"

namespace notes {

// The database of one's own.
std::string email_of(const std::string& username) {
    if (zanhu::EventLoop::current() != nullptr)
        throw std::logic_error("a database was asked on a loop's thread");
    return username + "@example.com";
}

}  // namespace notes

namespace zanhu::test {
namespace {

/// Answers every request with the same text.
class TinySite {
public:
    TinySite() : socket_(Poco::Net::SocketAddress("127.0.0.1", 0)), thread_([this] { serve(); }) {}
    ~TinySite() {
        stopping_ = true;
        Poco::Net::StreamSocket last(socket_.address());
        thread_.join();
    }
    std::string url() const { return "http://" + socket_.address().toString() + "/hello?a=1"; }

private:
    void serve() {
        for (;;) {
            Poco::Net::StreamSocket client = socket_.acceptConnection();
            if (stopping_) return;
            char request[1024];
            std::string head;
            while (head.find("\r\n\r\n") == std::string::npos) {
                const int length = client.receiveBytes(request, sizeof request);
                if (length <= 0) break;
                head.append(request, static_cast<std::size_t>(length));
            }
            const std::string target = head.substr(0, head.find("\r\n"));
            const std::string body = "greeting for " + target.substr(0, target.rfind(' '));
            const std::string answer =
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body;
            client.sendBytes(answer.data(), static_cast<int>(answer.size()));
        }
    }

    Poco::Net::ServerSocket socket_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

/// The examples of docs/notes.md do what the page says.
class NotesTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(NotesTest);
    CPPUNIT_TEST(private_messages_refuse_anonymous_and_forward_and_echo);
    CPPUNIT_TEST(the_synchronous_echo_asks_another_site_and_reads_its_scope);
    CPPUNIT_TEST(the_asynchronous_echo_does_the_same_through_pools);
    CPPUNIT_TEST(my_consumers_choose_a_subprotocol_send_and_close);
    CPPUNIT_TEST(sync_waits_for_async_and_async_for_sync);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { services_.people.users.emplace("alice", alice()); }

    void private_messages_refuse_anonymous_and_forward_and_echo() {
        ConsumerApplication<notes::MessagesConsumer> application(services_);
        WebsocketCommunicator nobody(application, loop_);
        CPPUNIT_ASSERT_EQUAL(403, nobody.connect().status);
        WebsocketCommunicator page(application, loop_);
        page.scope().set("user", alice());
        CPPUNIT_ASSERT(page.connect().accepted);
        LayerMessage message("receive");
        message.set("sender", "bob");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("alice", std::move(message)));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "receive", "sender": "bob"})"), page.receive_from());
        page.send_to("say \"hi\"");
        CPPUNIT_ASSERT_EQUAL(std::string(R"("say \"hi\"")"), page.receive_from());
        page.disconnect();
        page.wait();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("alice", LayerMessage("receive")));
    }

    void the_synchronous_echo_asks_another_site_and_reads_its_scope() {
        std::string url = site_.url();
        Serving<notes::EchoConsumer, std::string> application(services_, url);
        WebsocketCommunicator client(application, loop_, "/ws/echo/");
        client.scope().set("user", alice());
        client.scope().headers.add("host", "example.com");
        CPPUNIT_ASSERT(client.connect().accepted);
        client.send_to("hello");
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), client.receive_from());
        client.send_to("scope?");
        CPPUNIT_ASSERT_EQUAL(std::string("alice GET /ws/echo/ example.com greeting for GET /hello?a=1"),
                             client.receive_from());
    }

    void the_asynchronous_echo_does_the_same_through_pools() {
        std::string url = site_.url();
        Serving<notes::EchoAsyncConsumer, std::string> application(services_, url);
        WebsocketCommunicator client(application, loop_);
        CPPUNIT_ASSERT(client.connect().accepted);
        client.send_to("bob");
        CPPUNIT_ASSERT_EQUAL(std::string("bob greeting for GET /hello?a=1"), client.receive_from());
        client.send_to("alice");
        CPPUNIT_ASSERT_EQUAL(std::string("alice alice@example.com greeting for GET /hello?a=1"),
                             client.receive_from());
    }

    void my_consumers_choose_a_subprotocol_send_and_close() {
        ConsumerApplication<notes::MyConsumer> sync(services_);
        ConsumerApplication<notes::MyAsyncConsumer> async(services_);
        for (Application* application :
             {static_cast<Application*>(&sync), static_cast<Application*>(&async)}) {
            WebsocketCommunicator other(*application, loop_);
            other.scope().subprotocols = {"other"};
            CPPUNIT_ASSERT_EQUAL(403, other.connect().status);
            WebsocketCommunicator client(*application, loop_);
            client.scope().subprotocols = {"other", "your-protocol"};
            CPPUNIT_ASSERT_EQUAL(std::string("your-protocol"), client.connect().subprotocol);
            client.send_to("anything");
            const Receive text = client.receive_message();
            CPPUNIT_ASSERT(text.is_text() && text.data == "imooc.com");
            const Receive bytes = client.receive_message();
            CPPUNIT_ASSERT(!bytes.is_text() && bytes.data == "imooc.com");
            CPPUNIT_ASSERT(client.receive_close().code == CloseCode::normal);
            client.wait();
            CPPUNIT_ASSERT_EQUAL(0, client.failures());
        }
    }

    void sync_waits_for_async_and_async_for_sync() {
        ConsumerApplication<notes::FromSync> sync(services_);
        WebsocketCommunicator first(sync, loop_);
        first.connect();
        first.send_to("alice");
        CPPUNIT_ASSERT_EQUAL(std::string("user 7"), first.receive_from());
        first.send_to("bob");
        CPPUNIT_ASSERT_EQUAL(std::string("nobody"), first.receive_from());
        ConsumerApplication<notes::FromAsync> async(services_);
        WebsocketCommunicator second(async, loop_);
        second.connect();
        second.send_to("carol");
        CPPUNIT_ASSERT_EQUAL(std::string("carol@example.com"), second.receive_from());
    }

private:
    static User alice() { return User("7", "alice"); }

    TinySite site_;
    TestLoop loop_;
    TestServices services_{loop_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(NotesTest);

}  // namespace
}  // namespace zanhu::test
