#include "core/redis/connection.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <zanhu/errors.h>

#include "core/redis/command.h"
#include "tests/unit/core/redis/fake_redis.h"
#include "tests/unit/loop_thread.h"

namespace zanhu::redis {
namespace {

using std::chrono::milliseconds;
using test::LoopThread;
using testing::FakeRedis;

/// Answers ECHO, and what each test adds.
std::string answer(const std::vector<std::string>& words) {
    if (words[0] == "ECHO") return "+" + words[1] + "\r\n";
    if (words[0] == "MEMBERS") return "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n";
    if (words[0] == "WRONG") return "-ERR as the test wants it\r\n";
    if (words[0] != "SUBSCRIBE") return {};  // silence
    std::string replies;
    for (std::size_t i = 1; i < words.size(); ++i)
        replies += "*3\r\n$9\r\nsubscribe\r\n$1\r\n" + words[i] + "\r\n:" + std::to_string(i) + "\r\n";
    return replies;
}

class Listener final : public ConnectionListener {
public:
    void on_ready() override { ++ready; }
    void on_down(const std::string& why) override { problem = why; }
    void on_message(std::string channel, std::string payload) override {
        messages += channel + "=" + payload + " ";
    }
    int ready = 0;
    std::string problem;
    std::string messages;
};

Task<std::string> ask(Connection& connection, std::string command) {
    const Reply reply = co_await connection.call(std::move(command));
    co_return reply.text();
}

Task<std::string> ask_several(Connection& connection) {
    Call first(connection, command("ECHO", "1"));
    Call second(connection, command("ECHO", "2"));
    Call third(connection, command("ECHO", "3"));
    std::string all;
    all += (co_await third).text();
    all += (co_await first).text();
    all += (co_await second).text();
    co_return all;
}

Task<std::string> give_one_up(Connection& connection) {
    { const Call given_up(connection, command("ECHO", "nobody waits for this")); }
    co_return co_await ask(connection, command("ECHO", "next"));
}

/// Both replies of SUBSCRIBE are awaited as one.
Task<std::string> subscribe(Connection& connection, std::string first_word) {
    Call call(connection, command(first_word, "a", "b"), {}, 2);
    Call behind(connection, command("ECHO", "behind"));
    const Reply reply = co_await call;
    const std::string next = (co_await behind).text();
    co_return (reply.is_error() ? reply.text() : std::to_string(reply.items().back().number())) + " " + next;
}

Task<bool> fails_behind_a_silent_one(Connection& connection) {
    Call silent(connection, command("SILENT"));
    Call behind(connection, command("SILENT"));
    int failed = 0;
    try {
        co_await silent;
    } catch (const BackendUnavailable&) {
        ++failed;
    }
    try {
        co_await behind;
    } catch (const BackendUnavailable&) {
        ++failed;
    }
    co_return failed == 2;
}

class ConnectionTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectionTest);
    CPPUNIT_TEST(commands_are_pipelined_and_each_gets_its_own_reply);
    CPPUNIT_TEST(a_call_that_is_given_up_takes_its_reply_along);
    CPPUNIT_TEST(a_reply_that_looks_like_a_message_is_a_reply);
    CPPUNIT_TEST(messages_come_between_the_replies_where_they_are_subscribed_to);
    CPPUNIT_TEST(a_command_may_have_several_replies);
    CPPUNIT_TEST(an_error_is_the_last_of_several_replies);
    CPPUNIT_TEST(a_late_reply_ends_the_connection_and_it_comes_again);
    CPPUNIT_TEST(while_it_is_paused_nothing_comes_and_deadlines_stand_still);
    CPPUNIT_TEST(more_calls_than_allowed_fail_at_once);
    CPPUNIT_TEST_SUITE_END();

public:
    void tearDown() override {
        if (connection_ == nullptr) return;
        home_.run([this] { return connection_->stop(); });
        home_.call([this] { connection_.reset(); });
    }

private:
    /// Connected, unless `options` say otherwise.
    Connection& connect(ConnectionOptions options = {}) {
        options.target = Target::parse(server_.url());
        options.max_delay = milliseconds(100);
        home_.call([&] {
            connection_ = std::make_unique<Connection>(home_.loop, resolver_, std::move(options), &listener_);
            connection_->start();
        });
        home_.eventually([this] { return listener_.ready == 1; });
        return *connection_;
    }

    void commands_are_pipelined_and_each_gets_its_own_reply() {
        Connection& connection = connect();
        const std::string all = home_.run([&connection] { return ask_several(connection); });
        CPPUNIT_ASSERT_EQUAL(std::string("312"), all);
    }

    void a_call_that_is_given_up_takes_its_reply_along() {
        Connection& connection = connect();
        const std::string next = home_.run([&connection] { return give_one_up(connection); });
        CPPUNIT_ASSERT_EQUAL(std::string("next"), next);
    }

    void a_reply_that_looks_like_a_message_is_a_reply() {
        Connection& connection = connect();
        const Reply reply = home_.run([&connection] { return connection.call(command("MEMBERS")); });
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), reply.items().size());
        CPPUNIT_ASSERT_EQUAL(std::string(), listener_.messages);
    }

    void messages_come_between_the_replies_where_they_are_subscribed_to() {
        ConnectionOptions options;
        options.subscribes = true;
        Connection& connection = connect(std::move(options));
        server_.say("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$3\r\none\r\n");
        server_.say("*4\r\n$8\r\npmessage\r\n$2\r\nx*\r\n$2\r\nxy\r\n$3\r\ntwo\r\n");
        const std::string echo =
            home_.run([&connection] { return ask(connection, command("ECHO", "reply")); });
        CPPUNIT_ASSERT_EQUAL(std::string("reply"), echo);
        CPPUNIT_ASSERT_EQUAL(std::string("a=one xy=two "), listener_.messages);
    }

    void a_command_may_have_several_replies() {
        Connection& connection = connect();
        const std::string last = home_.run([&connection] { return subscribe(connection, "SUBSCRIBE"); });
        CPPUNIT_ASSERT_EQUAL(std::string("2 behind"), last);
    }

    void an_error_is_the_last_of_several_replies() {
        Connection& connection = connect();
        const std::string last = home_.run([&connection] { return subscribe(connection, "WRONG"); });
        CPPUNIT_ASSERT_EQUAL(std::string("ERR as the test wants it behind"), last);
    }

    void a_late_reply_ends_the_connection_and_it_comes_again() {
        ConnectionOptions options;
        options.timeout = milliseconds(100);
        Connection& connection = connect(std::move(options));
        CPPUNIT_ASSERT(home_.run([&connection] { return fails_behind_a_silent_one(connection); }));
        CPPUNIT_ASSERT(listener_.problem.find("in time") != std::string::npos);
        home_.eventually([this] { return listener_.ready == 2; });
        CPPUNIT_ASSERT_EQUAL(2, server_.connections());
    }

    void while_it_is_paused_nothing_comes_and_deadlines_stand_still() {
        ConnectionOptions options;
        options.timeout = milliseconds(1000);
        options.subscribes = true;
        Connection& connection = connect(std::move(options));
        std::unique_ptr<Call> call;
        home_.call([&] {
            connection.pause();
            call = std::make_unique<Call>(connection, command("ECHO", "reply"));
        });
        server_.say("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$3\r\none\r\n");
        std::this_thread::sleep_for(milliseconds(1500));
        CPPUNIT_ASSERT(home_.call([&] { return !call->await_ready() && listener_.messages.empty(); }));
        home_.call([&connection] { connection.resume(); });
        home_.eventually([&] { return call->await_ready() && !listener_.messages.empty(); });
        const std::string text = home_.call([&call] {
            const std::unique_ptr<Call> own = std::move(call);
            return own->await_resume().text();
        });
        CPPUNIT_ASSERT_EQUAL(std::string("reply"), text);
        CPPUNIT_ASSERT_EQUAL(1, listener_.ready);
    }

    void more_calls_than_allowed_fail_at_once() {
        ConnectionOptions options;
        options.max_calls = 2;
        Connection& connection = connect(std::move(options));
        home_.call([&connection] {
            Call first(connection, command("SILENT"));
            Call second(connection, command("SILENT"));
            Call third(connection, command("ECHO", "too many"));
            CPPUNIT_ASSERT(!first.await_ready() && !second.await_ready() && third.await_ready());
            CPPUNIT_ASSERT_THROW(third.await_resume(), BackendUnavailable);
        });
    }

    FakeRedis server_{answer};
    WorkerPool resolver_{"test", 1, 16};
    Listener listener_;
    std::unique_ptr<Connection> connection_;
    LoopThread home_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionTest);

}  // namespace
}  // namespace zanhu::redis
