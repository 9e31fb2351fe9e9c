#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/application/serving.h"
#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

/// What the workers did. Two consumers may write at the same time, each from a thread of the pool; the test
/// reads when their applications have ended.
class Record {
public:
    void saw(std::string_view what) {
        const std::lock_guard lock(mutex_);
        seen_ += what;
    }
    void ran_here() {
        const std::lock_guard lock(mutex_);
        threads_.push_back(std::this_thread::get_id());
    }
    std::string seen() const {
        const std::lock_guard lock(mutex_);
        return seen_;
    }
    std::vector<std::thread::id> threads() const {
        const std::lock_guard lock(mutex_);
        return threads_;
    }

private:
    mutable std::mutex mutex_;
    std::string seen_;
    std::vector<std::thread::id> threads_;
};

class Worker : public WebsocketConsumer {
public:
    explicit Worker(Record& record) : record_(record) { groups = {"workers"}; }

    void connect() override {
        record_.ran_here();
        accept("chat", Headers{{"x-from", "worker"}});
        group_add("room");
    }
    void receive(Receive message) override {
        record_.ran_here();
        if (message.data == "throw") throw std::runtime_error("a fault on the worker");
        if (message.data == "close") close(CloseCode(4007), "enough");
        if (message.data == "leave") group_discard("room");
        if (message.data == "tell") {
            record_.saw("told " + std::to_string(group_send("room", LayerMessage("a.b"))) + " ");
        }
        if (message.data == "burst") {
            for (int i = 0; i < 50; ++i)
                (void)send_text(std::to_string(i));
        }
        const SendResult result =
            message.is_text() ? send_text("did " + message.data) : send_bytes(message.data);
        if (result == SendResult::closed) record_.saw("closed ");
    }
    void disconnect(CloseCode code) override {
        record_.ran_here();
        record_.saw("disconnect " + std::to_string(static_cast<int>(code)));
    }

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers().forward("a.b");
        return table;
    }

private:
    Record& record_;
};

class SyncConsumerTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(SyncConsumerTest);
    CPPUNIT_TEST(handlers_run_on_the_pool_and_send_from_there);
    CPPUNIT_TEST(a_worker_joins_sends_to_and_leaves_groups);
    CPPUNIT_TEST(a_worker_closes_with_code_and_reason_and_then_cannot_send);
    CPPUNIT_TEST(an_exception_on_the_worker_is_1011_and_disconnect_follows);
    CPPUNIT_TEST(a_burst_from_the_worker_stays_in_order);
    CPPUNIT_TEST(a_client_that_goes_while_a_worker_works_is_told_afterwards);
    CPPUNIT_TEST(the_default_accepts_and_ignores);
    CPPUNIT_TEST(a_full_pool_refuses_and_closes_and_disconnect_still_runs);
    CPPUNIT_TEST_SUITE_END();

public:
    void handlers_run_on_the_pool_and_send_from_there() {
        WebsocketCommunicator client(application_, loop_);
        const auto answer = client.connect();
        CPPUNIT_ASSERT(answer.accepted);
        CPPUNIT_ASSERT_EQUAL(std::string("chat"), answer.subprotocol);
        CPPUNIT_ASSERT(answer.headers.contains("x-from"));
        client.send_to("something");
        CPPUNIT_ASSERT_EQUAL(std::string("did something"), client.receive_from());
        client.send_bytes_to("\x01\x02");
        const Receive bytes = client.receive_message();
        CPPUNIT_ASSERT(!bytes.is_text() && bytes.data == "\x01\x02");
        client.disconnect(CloseCode::going_away);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("disconnect 1001"), record_.seen());
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), record_.threads().size());
        for (const auto id : record_.threads())
            CPPUNIT_ASSERT(id != std::this_thread::get_id());
    }

    void a_worker_joins_sends_to_and_leaves_groups() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("tell");
        CPPUNIT_ASSERT_EQUAL(std::string("did tell"), client.receive_from());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "a.b"})"), client.receive_from());
        client.send_to("leave");
        CPPUNIT_ASSERT_EQUAL(std::string("did leave"), client.receive_from());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("room", LayerMessage("a.b")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.group_send("workers", LayerMessage("a.b")));
        client.disconnect();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("told 1 disconnect 1000"), record_.seen());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), services_.group_send("workers", LayerMessage("a.b")));
    }

    void a_worker_closes_with_code_and_reason_and_then_cannot_send() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("close");
        const Close close = client.receive_close();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(4007, static_cast<int>(close.code));
        CPPUNIT_ASSERT_EQUAL(std::string("enough"), close.reason);
        CPPUNIT_ASSERT_EQUAL(std::string("closed disconnect 4007"), record_.seen());
    }

    void an_exception_on_the_worker_is_1011_and_disconnect_follows() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("throw");
        CPPUNIT_ASSERT(client.receive_close().code == CloseCode::internal_error);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("a fault on the worker"), client.failure());
        CPPUNIT_ASSERT_EQUAL(std::string("disconnect 1011"), record_.seen());
    }

    void a_burst_from_the_worker_stays_in_order() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("burst");
        for (int i = 0; i < 50; ++i)
            CPPUNIT_ASSERT_EQUAL(std::to_string(i), client.receive_from());
        CPPUNIT_ASSERT_EQUAL(std::string("did burst"), client.receive_from());
    }

    void a_client_that_goes_while_a_worker_works_is_told_afterwards() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("slow");
        client.disconnect(CloseCode::abnormal);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("closed disconnect 1006"), record_.seen());
        CPPUNIT_ASSERT_EQUAL(0, client.failures());
    }

    void the_default_accepts_and_ignores() {
        ConsumerApplication<WebsocketConsumer> application(services_);
        WebsocketCommunicator client(application, loop_);
        CPPUNIT_ASSERT(client.connect().accepted);
        client.send_to("anybody?");
        client.disconnect();
        client.wait();
        CPPUNIT_ASSERT(client.receive_nothing());
        CPPUNIT_ASSERT_EQUAL(0, client.failures());
    }

    void a_full_pool_refuses_and_closes_and_disconnect_still_runs() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("something");
        client.receive_from();  // so that no worker is in the middle of connect()
        std::promise<void> release;
        fill_pool(release.get_future().share());
        WebsocketCommunicator late(application_, loop_);
        CPPUNIT_ASSERT_EQUAL(503, late.connect().status);
        client.send_to("too much");
        CPPUNIT_ASSERT(client.receive_close().code == CloseCode::try_again_later);
        loop_.advance(std::chrono::seconds(1));
        loop_.run_pending();
        CPPUNIT_ASSERT(!client.ended());
        release.set_value();
        loop_.run_until([&] {
            loop_.advance(std::chrono::seconds(1));
            loop_.post([] {});  // so that the loop looks again
            return client.ended() && late.ended();
        });
        CPPUNIT_ASSERT(record_.seen().find("disconnect 1013") != std::string::npos);
        CPPUNIT_ASSERT(record_.seen().find("disconnect 1006") != std::string::npos);
    }

private:
    /// Until every thread is busy and the queue full.
    void fill_pool(const std::shared_future<void>& until) {
        WorkerPool& pool = services_.pool("sync");
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        const std::size_t threads = 2;
        while (running_ < threads || pool.try_submit([] {})) {
            UniqueFunction wait([this, until] {
                ++running_;
                until.wait();
            });
            if (running_ < threads) (void)pool.try_submit(std::move(wait));
            loop_.run_pending();  // for a worker that still waits for the loop
            CPPUNIT_ASSERT(std::chrono::steady_clock::now() < deadline);
        }
    }

    std::atomic<std::size_t> running_{0};
    Record record_;
    TestLoop loop_;
    TestServices services_{loop_};
    Serving<Worker, Record> application_{services_, record_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(SyncConsumerTest);

}  // namespace
}  // namespace zanhu::test
