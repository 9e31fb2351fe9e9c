#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

/// Keeps "secret" messages from the application, marks the others, counts what is sent, and answers "slow"
/// only when some work is done.
class Censor final : public LinkFilter {
public:
    explicit Censor(Link& inner) noexcept : LinkFilter(inner) {}

    SendAwaiter send(Command command) override {
        auto* message = std::get_if<Send>(&command);
        if (message == nullptr) return LinkFilter::send(std::move(command));
        if (message->data == "slow") return SendAwaiter(send_later(std::move(*message)));
        if (message->data == "fault") return SendAwaiter(fail_later());
        message->data += "!";
        return LinkFilter::send(std::move(command));
    }

protected:
    bool on_event(Event& event) override {
        auto* message = std::get_if<Receive>(&event);
        if (message == nullptr) return true;
        if (message->data == "secret") return false;
        message->data = "(" + message->data + ")";
        return true;
    }

private:
    Task<SendResult> send_later(Send message) {
        co_await loop().sleep_for(std::chrono::milliseconds(100), token());
        message.data += " after all";
        co_return co_await inner().send(std::move(message));
    }
    static Task<SendResult> fail_later() {
        throw Error("the filter's own fault");
        co_return SendResult::sent;
    }
};

/// Echoes until Disconnect; "(slow)" and "(fault)" it answers with that word.
class Echo final : public Application {
public:
    Task<void> run(Scope&, Link& link) override {
        for (;;) {
            Event event = co_await link.receive();
            if (std::holds_alternative<Disconnect>(event)) break;
            if (std::holds_alternative<Connect>(event)) co_await link.send(Accept());
            auto* message = std::get_if<Receive>(&event);
            if (message == nullptr) continue;
            std::string text = message->data;
            if (text == "(slow)" || text == "(fault)") text = text.substr(1, text.size() - 2);
            Send answer(message->kind, text);
            const SendResult result = co_await link.send(std::move(answer));
            results.push_back(result);
        }
        try {
            co_await link.receive();
        } catch (const Cancelled&) {
            cancelled_at_end = true;
        }
    }
    std::vector<SendResult> results;
    bool cancelled_at_end = false;
};

class Filtered final : public Application {
public:
    explicit Filtered(Application& inner) noexcept : inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override {
        Censor outer(link);
        Censor filter(static_cast<Link&>(outer));
        co_await inner_.run(scope, filter);
    }

private:
    Application& inner_;
};

class LinkFilterTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(LinkFilterTest);
    CPPUNIT_TEST(a_filter_changes_what_passes_in_both_directions);
    CPPUNIT_TEST(a_dropped_event_does_not_wake_the_application);
    CPPUNIT_TEST(a_filter_that_works_before_it_sends_makes_the_sender_wait);
    CPPUNIT_TEST(a_filters_work_is_cancelled_with_the_connection);
    CPPUNIT_TEST(a_fault_of_a_filter_reaches_the_sender);
    CPPUNIT_TEST(a_sender_waits_for_a_stalled_client_and_goes_on);
    CPPUNIT_TEST(a_sender_that_waits_hears_of_the_end);
    CPPUNIT_TEST(behind_disconnect_there_is_cancelled);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_filter_changes_what_passes_in_both_directions() {
        WebsocketCommunicator client(application_, loop_);
        CPPUNIT_ASSERT(client.connect().accepted);
        client.send_to("a");
        CPPUNIT_ASSERT_EQUAL(std::string("((a))!!"), client.receive_from());
    }

    void a_dropped_event_does_not_wake_the_application() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to("secret");
        CPPUNIT_ASSERT(client.receive_nothing());
        CPPUNIT_ASSERT(echo_.results.empty());
        client.send_to("secret");
        client.send_to("b");
        CPPUNIT_ASSERT_EQUAL(std::string("((b))!!"), client.receive_from());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), echo_.results.size());
    }

    void a_filter_that_works_before_it_sends_makes_the_sender_wait() {
        WebsocketCommunicator client(plain_, loop_);
        client.connect();
        client.send_to("slow");
        client.send_to("b");
        CPPUNIT_ASSERT(client.receive_nothing());
        loop_.advance(std::chrono::milliseconds(100));
        CPPUNIT_ASSERT_EQUAL(std::string("slow after all"), client.receive_from());
        CPPUNIT_ASSERT_EQUAL(std::string("(b)!"), client.receive_from());
        CPPUNIT_ASSERT(echo_.results.front() == SendResult::sent);
    }

    void a_filters_work_is_cancelled_with_the_connection() {
        WebsocketCommunicator client(plain_, loop_);
        client.connect();
        client.send_to("slow");
        CPPUNIT_ASSERT(client.receive_nothing());
        client.disconnect();
        CPPUNIT_ASSERT_THROW(client.wait(), Cancelled);
    }

    void a_fault_of_a_filter_reaches_the_sender() {
        WebsocketCommunicator client(plain_, loop_);
        client.connect();
        client.send_to("fault");
        CPPUNIT_ASSERT_THROW_MESSAGE("the filter's own fault", client.wait(), Error);
    }

    void a_sender_waits_for_a_stalled_client_and_goes_on() {
        WebsocketCommunicator client(plain_, loop_);
        client.connect();
        client.stall(true);
        client.send_to("a");
        client.send_to("b");
        CPPUNIT_ASSERT_EQUAL(std::string("(a)!"), client.receive_from());
        CPPUNIT_ASSERT(client.receive_nothing());
        client.stall(false);
        CPPUNIT_ASSERT_EQUAL(std::string("(b)!"), client.receive_from());
        loop_.run_pending();
        CPPUNIT_ASSERT(echo_.results == std::vector<SendResult>(2, SendResult::sent));
    }

    void a_sender_that_waits_hears_of_the_end() {
        WebsocketCommunicator client(plain_, loop_);
        client.connect();
        client.stall(true);
        client.send_to("a");
        client.receive_from();
        client.disconnect();
        client.wait();
        CPPUNIT_ASSERT(echo_.results == std::vector<SendResult>(1, SendResult::closed));
    }

    void behind_disconnect_there_is_cancelled() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.disconnect();
        client.wait();
        CPPUNIT_ASSERT(echo_.cancelled_at_end);
    }

private:
    /// With one filter.
    class Once final : public Application {
    public:
        explicit Once(Application& inner) noexcept : inner_(inner) {}
        Task<void> run(Scope& scope, Link& link) override {
            Censor filter(link);
            co_await inner_.run(scope, filter);
        }

    private:
        Application& inner_;
    };

    TestLoop loop_;
    Echo echo_;
    Filtered application_{echo_};
    Once plain_{echo_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkFilterTest);

}  // namespace
}  // namespace zanhu::test
