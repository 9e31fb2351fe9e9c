#include "core/layer/pubsub_echoes.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <zanhu/errors.h>

#include "core/layer/node_questions.h"
#include "tests/unit/loop_thread.h"

namespace zanhu::layer {
namespace {

using std::chrono::milliseconds;
using test::LoopThread;
using Echo = PubSubEchoes::Echo;

constexpr milliseconds k_long{60'000};

/// What a sender does: it waits for its message, or for `patience`. -1: it did not come.
Task<int> send(PubSubEchoes& echoes, std::string channel, std::string payload, milliseconds patience) {
    Echo echo(echoes, std::move(channel), payload);
    int taken = -1;
    try {
        taken = static_cast<int>(co_await echo.taken(patience));
    } catch (const BackendUnavailable&) {
        // as the test expects
    }
    co_return taken;
}

/// A sender that is under way.
struct Sender {
    Sender(PubSubEchoes& echoes, const char* channel, const char* payload, milliseconds patience = k_long)
        : task(send(echoes, channel, payload, patience)) {
        task.start([](void* ended) { *static_cast<bool*>(ended) = true; }, &done);
    }
    Task<int> task;
    bool done = false;
};

class PubSubEchoesTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(PubSubEchoesTest);
    CPPUNIT_TEST(a_message_that_comes_back_settles_its_sender);
    CPPUNIT_TEST(equal_messages_settle_the_eldest_first);
    CPPUNIT_TEST(what_others_sent_settles_nobody);
    CPPUNIT_TEST(one_that_does_not_come_back_fails_in_time_and_settles_no_more);
    CPPUNIT_TEST(a_loss_fails_what_is_on_its_way_and_not_what_has_come);
    CPPUNIT_TEST(a_group_that_is_left_settles_its_senders_with_nobody);
    CPPUNIT_TEST(too_many_at_once_are_refused);
    CPPUNIT_TEST(answers_of_nodes_are_summed_whenever_they_come);
    CPPUNIT_TEST(a_node_that_does_not_answer_is_told);
    CPPUNIT_TEST_SUITE_END();

private:
    std::unique_ptr<Sender> sender(const char* channel, const char* payload, milliseconds patience = k_long) {
        return home_.call([&] { return std::make_unique<Sender>(echoes_, channel, payload, patience); });
    }
    int result(std::unique_ptr<Sender> sender) {
        home_.eventually([&sender] { return sender->done; });
        return home_.call([&sender] {
            const std::unique_ptr<Sender> own = std::move(sender);
            return own->task.result();
        });
    }
    std::uint64_t match(const char* channel, const char* payload) {
        return home_.call([&] { return echoes_.match(channel, payload); });
    }
    void settle(std::uint64_t id, std::size_t taken) {
        home_.call([&] { echoes_.settle(id, taken); });
    }

    void a_message_that_comes_back_settles_its_sender() {
        auto waiting = sender("group", "hello");
        settle(match("group", "hello"), 7);
        CPPUNIT_ASSERT_EQUAL(7, result(std::move(waiting)));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(0), match("group", "hello"));
    }

    void equal_messages_settle_the_eldest_first() {
        auto first = sender("group", "hello");
        auto second = sender("group", "hello");
        settle(match("group", "hello"), 1);
        CPPUNIT_ASSERT_EQUAL(1, result(std::move(first)));
        settle(match("group", "hello"), 2);
        CPPUNIT_ASSERT_EQUAL(2, result(std::move(second)));
    }

    void what_others_sent_settles_nobody() {
        auto waiting = sender("group", "hello");
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(0), match("group", "other"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(0), match("another", "hello"));
        settle(0, 9);
        settle(match("group", "hello"), 3);
        CPPUNIT_ASSERT_EQUAL(3, result(std::move(waiting)));
    }

    void one_that_does_not_come_back_fails_in_time_and_settles_no_more() {
        CPPUNIT_ASSERT_EQUAL(-1, result(sender("group", "lost", milliseconds(10))));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(0), match("group", "lost"));
        auto late = sender("group", "late", milliseconds(10));
        const std::uint64_t id = match("group", "late");
        CPPUNIT_ASSERT_EQUAL(-1, result(std::move(late)));
        settle(id, 1);  // delivered meanwhile: nobody waits any more
    }

    void a_loss_fails_what_is_on_its_way_and_not_what_has_come() {
        auto coming = sender("group", "one");
        auto delivering = sender("group", "two");
        auto elsewhere = sender("another", "three");
        const std::uint64_t id = match("group", "two");
        home_.call([this] {
            echoes_.fail_all([](const std::string& channel) { return channel == "group"; }, "lost");
        });
        CPPUNIT_ASSERT_EQUAL(-1, result(std::move(coming)));
        settle(id, 2);
        CPPUNIT_ASSERT_EQUAL(2, result(std::move(delivering)));
        settle(match("another", "three"), 3);
        CPPUNIT_ASSERT_EQUAL(3, result(std::move(elsewhere)));
    }

    void a_group_that_is_left_settles_its_senders_with_nobody() {
        auto waiting = sender("group", "bye");
        home_.call([this] { echoes_.settle_all("group"); });
        CPPUNIT_ASSERT_EQUAL(0, result(std::move(waiting)));
    }

    void too_many_at_once_are_refused() {
        std::vector<std::unique_ptr<Sender>> senders;
        for (std::size_t i = 0; i < k_most; ++i)
            senders.push_back(sender("group", "hello"));
        home_.call([this] {
            const std::string payload = "one more";
            CPPUNIT_ASSERT_THROW(Echo(echoes_, "group", payload), BackendUnavailable);
            echoes_.settle_all("group");
        });
        for (auto& waiting : senders)
            CPPUNIT_ASSERT_EQUAL(0, result(std::move(waiting)));
    }

    void answers_of_nodes_are_summed_whenever_they_come() {
        NodeQuestions questions(home_.loop, "me!n", k_long);
        std::optional<NodeQuestions::Question> question;
        home_.call([&] { question.emplace(questions); });
        const std::string reply_to = question->reply_to();
        CPPUNIT_ASSERT_EQUAL(std::string("me!n"), NodeQuestions::channel_of(reply_to));
        home_.call([&] {
            CPPUNIT_ASSERT(
                questions.take(NodeQuestions::answer_to(reply_to, 3)));  // ahead of what expects it
            question->expect(2);
            CPPUNIT_ASSERT(!questions.take(LayerMessage("another.type")));
            questions.take(NodeQuestions::answer_to("me!n 999", 50));
            questions.take(NodeQuestions::answer_to("nonsense", 50));
            questions.take(LayerMessage("zanhu.reached"));
            home_.loop.post([&] { questions.take(NodeQuestions::answer_to(reply_to, 4)); });
        });
        const Reach reach = home_.run([&] { return question->answers(); });
        CPPUNIT_ASSERT(reach.taken == 7 && reach.silent_nodes == 0);
        home_.call([&] { question.reset(); });
        home_.call([&] { questions.take(NodeQuestions::answer_to(reply_to, 5)); });
    }

    void a_node_that_does_not_answer_is_told() {
        NodeQuestions questions(home_.loop, "me!n", milliseconds(10));
        std::optional<NodeQuestions::Question> question;
        home_.call([&] {
            question.emplace(questions);
            question->expect(3);
            questions.take(NodeQuestions::answer_to(question->reply_to(), 4));
        });
        const Reach reach = home_.run([&] { return question->answers(); });
        CPPUNIT_ASSERT(reach.taken == 4 && reach.silent_nodes == 2);
        home_.call([&] { question.reset(); });
    }

    static constexpr std::size_t k_most = 4;
    LoopThread home_;
    PubSubEchoes echoes_{home_.loop, k_most};
};

CPPUNIT_TEST_SUITE_REGISTRATION(PubSubEchoesTest);

}  // namespace
}  // namespace zanhu::layer
