#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "tests/application/serving.h"
#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

using std::chrono::milliseconds;

/// Answers with what it was sent, whole.
class Mirror : public AsyncHttpConsumer {
public:
    explicit Mirror(std::string& seen) : seen_(seen) {}
    Task<void> handle(std::string body) override {
        if (body == "fault") throw std::runtime_error("a fault");
        if (body == "silence") co_return;
        Headers headers;
        headers.add("content-type", "text/plain");
        const int status = body.empty() ? 204 : 200;
        co_await send_response(status, scope().method + " " + body, std::move(headers));
        seen_ += "answered ";
    }
    Task<void> disconnect() override {
        seen_ += "gone";
        co_return;
    }

private:
    std::string& seen_;
};

class MirrorSync : public HttpConsumer {
public:
    explicit MirrorSync(std::string& seen) : seen_(seen) {}
    void handle(std::string body) override {
        if (EventLoop::current() != nullptr) throw std::logic_error("not on the pool");
        if (body == "fault") throw std::runtime_error("a fault");
        if (body == "silence") return;
        Headers headers;
        headers.add("content-type", "text/plain");
        send_response(body.empty() ? 204 : 200, scope().method + " " + body, std::move(headers));
        seen_ += "answered ";
    }
    void disconnect() override { seen_ += "gone"; }

private:
    std::string& seen_;
};

Headers event_stream() {
    Headers headers;
    headers.add("content-type", "text/event-stream");
    headers.add("cache-control", "no-cache");
    return headers;
}

/// Server-sent events: one a second, until the client goes.
class Ticker : public AsyncHttpConsumer {
public:
    explicit Ticker(std::string& seen) : seen_(seen) {}
    Task<void> handle(std::string) override {
        co_await send_headers(200, event_stream());
        for (int i = 0;; ++i) {
            seen_ += std::to_string(i) + " ";
            const SendResult result = co_await send_body("data: " + std::to_string(i) + "\n\n", true);
            if (result == SendResult::closed) break;
            co_await link().loop().sleep_for(milliseconds(1000), link().token());
        }
    }
    Task<void> disconnect() override {
        seen_ += "gone";
        co_return;
    }

private:
    std::string& seen_;
};

/// Server-sent events from a group; the event "end" is the last.
class Feed : public AsyncHttpConsumer {
public:
    explicit Feed(std::string& seen) : seen_(seen) { groups = {"news"}; }
    Task<void> handle(std::string) override {
        co_await send_headers(200, event_stream());
        co_await send_body("", true);
    }
    Task<void> disconnect() override {
        seen_ += "gone";
        co_return;
    }

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers().on<&Feed::news>("news");
        return table;
    }

private:
    Task<void> news(const SharedMessage& message) {
        co_await send_body("data: " + message.as_json() + "\n\n", message->text("text") != "end");
    }

    std::string& seen_;
};

/// A long poll: nothing is answered before there are news.
class Poll : public AsyncHttpConsumer {
public:
    explicit Poll(std::string&) { groups = {"news"}; }
    Task<void> handle(std::string) override { co_return; }

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers().on<&Poll::news>("news");
        return table;
    }

private:
    Task<void> news(const SharedMessage& message) { co_await send_response(200, message.as_json()); }
};

LayerMessage news(const char* text) {
    LayerMessage message("news");
    message.set("text", text);
    return message;
}

class HttpConsumerTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(HttpConsumerTest);
    CPPUNIT_TEST(the_body_comes_whole_and_the_answer_goes_out);
    CPPUNIT_TEST(a_fault_and_a_missing_answer_are_errors_and_disconnect_runs);
    CPPUNIT_TEST(a_client_that_goes_before_its_body_is_whole_is_a_disconnect);
    CPPUNIT_TEST(a_stream_goes_on_until_the_client_goes);
    CPPUNIT_TEST(a_stream_that_nobody_reads_waits);
    CPPUNIT_TEST(a_stream_of_a_group_s_events_ends_with_its_last_piece);
    CPPUNIT_TEST(a_long_poll_is_answered_by_an_event);
    CPPUNIT_TEST_SUITE_END();

public:
    void the_body_comes_whole_and_the_answer_goes_out() {
        for (Application* application : both()) {
            seen_.clear();
            HttpCommunicator client(*application, loop_);
            client.scope().method = "POST";
            client.set_body_pieces({"one ", "two"});
            const HttpResponse response = client.run();
            CPPUNIT_ASSERT_EQUAL(200, response.status);
            CPPUNIT_ASSERT_EQUAL(std::string("text/plain"), response.header("content-type"));
            CPPUNIT_ASSERT(response.complete);
            CPPUNIT_ASSERT_EQUAL(std::string("POST one two"), response.body);
            CPPUNIT_ASSERT_EQUAL(std::string("answered gone"), seen_);
        }
    }

    void a_fault_and_a_missing_answer_are_errors_and_disconnect_runs() {
        for (Application* application : both()) {
            for (const char* body : {"fault", "silence"}) {
                seen_.clear();
                HttpCommunicator client(*application, loop_);
                client.set_body(body);
                CPPUNIT_ASSERT_THROW(client.run(), std::runtime_error);
                CPPUNIT_ASSERT_EQUAL(std::string("gone"), seen_);
            }
        }
    }

    void a_client_that_goes_before_its_body_is_whole_is_a_disconnect() {
        for (Application* application : both()) {
            seen_.clear();
            HttpCommunicator client(*application, loop_);
            client.set_body("half of it");
            client.vanish();
            CPPUNIT_ASSERT_EQUAL(0, client.run().status);
            CPPUNIT_ASSERT_EQUAL(std::string("gone"), seen_);
        }
    }

    void a_stream_goes_on_until_the_client_goes() {
        HttpCommunicator client(ticker_, loop_);
        client.start();
        CPPUNIT_ASSERT_EQUAL(std::string("data: 0\n\n"), client.receive_body());
        CPPUNIT_ASSERT(client.receive_nothing());
        loop_.advance(milliseconds(1000));
        CPPUNIT_ASSERT_EQUAL(std::string("data: 1\n\n"), client.receive_body());
        CPPUNIT_ASSERT_EQUAL(std::string("text/event-stream"), client.response().header("content-type"));
        client.disconnect();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("0 1 gone"), seen_);
    }

    void a_stream_that_nobody_reads_waits() {
        HttpCommunicator client(ticker_, loop_);
        client.start();
        client.stall(true);
        loop_.advance(milliseconds(1000));
        loop_.run_pending();
        loop_.advance(milliseconds(60'000));
        loop_.run_pending();
        CPPUNIT_ASSERT_EQUAL(std::string("0 1 "), seen_);  // the second one waits for its reader
        client.stall(false);
        loop_.run_pending();
        loop_.advance(milliseconds(1000));
        loop_.run_pending();
        CPPUNIT_ASSERT_EQUAL(std::string("0 1 2 "), seen_);
        client.stall(true);
        loop_.advance(milliseconds(1000));
        loop_.run_pending();
        client.disconnect();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("0 1 2 3 gone"), seen_);
    }

    void a_stream_of_a_group_s_events_ends_with_its_last_piece() {
        HttpCommunicator client(feed_, loop_);
        client.start();
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receive_body());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("news", news("first")));
        CPPUNIT_ASSERT_EQUAL(std::string("data: {\"type\": \"news\", \"text\": \"first\"}\n\n"),
                             client.receive_body());
        CPPUNIT_ASSERT(!client.ended());
        services_.group_send("news", news("end"));
        client.wait();
        CPPUNIT_ASSERT(client.response().complete);
        CPPUNIT_ASSERT_EQUAL(std::string("gone"), seen_);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("news", news("nobody")));
    }

    void a_long_poll_is_answered_by_an_event() {
        HttpCommunicator client(poll_, loop_);
        client.start();
        CPPUNIT_ASSERT(client.receive_nothing());
        CPPUNIT_ASSERT_EQUAL(0, client.response().status);
        services_.group_send("news", news("now"));
        client.wait();
        CPPUNIT_ASSERT_EQUAL(200, client.response().status);
    }

private:
    std::vector<Application*> both() { return {&mirror_, &mirror_sync_}; }

    std::string seen_;
    TestLoop loop_;
    TestServices services_{loop_};
    Serving<Mirror, std::string> mirror_{services_, seen_};
    Serving<MirrorSync, std::string> mirror_sync_{services_, seen_};
    Serving<Ticker, std::string> ticker_{services_, seen_};
    Serving<Feed, std::string> feed_{services_, seen_};
    Serving<class Poll, std::string> poll_{services_, seen_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpConsumerTest);

}  // namespace
}  // namespace zanhu::test
