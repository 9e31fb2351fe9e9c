#include "core/connection/channel_worker.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <zanhu/errors.h>
#include <zanhu/next_turn.h>

#include "core/base/metrics.h"
#include "core/layer/memory_layer.h"
#include "tests/application/testing.h"

namespace zanhu::connection {
namespace {

using test::TestLoop;

std::uint64_t counted(const std::string& name) {
    for (const Metric* metric : all_metrics()) {
        if (metric->name() == name) return static_cast<std::uint64_t>(metric->value());
    }
    throw std::logic_error("no counter " + name);
}

/// The memory layer, whose receive() can be told to fail.
class FaultyLayer final : public ChannelLayer {
public:
    explicit FaultyLayer(ChannelLayer& inner) : inner_(inner) {}
    Channel open_channel(Inbox& inbox) override { return inner_.open_channel(inbox); }
    Task<void> send(std::string channel, LayerMessage message) override {
        return inner_.send(std::move(channel), std::move(message));
    }
    Task<SharedMessage> receive(std::string channel, CancelToken token) override {
        ++receives;
        if (failures > 0) {
            --failures;
            return broken();
        }
        return inner_.receive(std::move(channel), token);
    }
    Task<void> group_add(std::string group, const Channel& channel) override {
        return inner_.group_add(std::move(group), channel);
    }
    Task<void> group_discard(std::string group, const Channel& channel) override {
        return inner_.group_discard(std::move(group), channel);
    }
    Task<std::size_t> group_send(std::string group, LayerMessage message) override {
        return inner_.group_send(std::move(group), std::move(message));
    }
    int failures = 0;
    int receives = 0;

private:
    static Task<SharedMessage> broken() {
        throw Error("a layer message needs a text under the key 'type'");
        co_return SharedMessage();
    }
    ChannelLayer& inner_;
};

/// Notes what it is given; what it does with a message is the message's type.
class Job final : public Application, private Inbox {
public:
    explicit Job(ChannelLayer& layer) : layer_(layer) {}

    Task<void> run(Scope& scope, Link& link) override {
        if (throw_at_once) throw std::runtime_error("no coroutine yet");
        return live(scope, link);
    }

    std::vector<std::string> seen;
    bool throw_at_once = false;
    bool hold = false;  // "slow" goes on when it is false again
    std::string own_channel;

private:
    Task<void> live(Scope& scope, Link& link) {
        seen.push_back("begin " + (scope.type == ScopeType::channel ? *scope.channel() : std::string("?")));
        if (ignores_everything) co_return;
        Channel own;
        for (;;) {
            Event event = co_await link.receive();
            if (const auto* disconnect = std::get_if<Disconnect>(&event)) {
                seen.push_back("disconnect " + std::to_string(static_cast<int>(disconnect->code)) +
                               (link.token().cancelled() ? "" : " not cancelled"));
                co_return;
            }
            const SharedMessage message = std::get<SharedMessage>(event);
            const std::string type = message->type();
            seen.push_back(type);
            if (type == "raise") throw std::runtime_error("as it was told to");
            if (type == "fail") link.fail(std::make_exception_ptr(std::runtime_error("as it was told to")));
            if (type == "stop") co_return;
            if (type == "send") co_await link.send(Send(MessageKind::text, "to whom"));
            if (type == "open") {
                link_ = &link;
                own = layer_.open_channel(*this);
                own_channel = own.name();
            }
            while (type.starts_with("slow") && hold)
                co_await NextTurn(link.loop());
            if (type.starts_with("slow")) seen.push_back("slow done");
            if (type == "slow then raise") throw std::runtime_error("as it was told to");
        }
    }
    DeliverResult deliver(const SharedMessage& message) override { return link_->push(message); }

public:
    bool ignores_everything = false;

private:
    ChannelLayer& layer_;
    Link* link_ = nullptr;
};

class ChannelWorkerTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ChannelWorkerTest);
    CPPUNIT_TEST(one_application_handles_message_after_message);
    CPPUNIT_TEST(an_application_that_fails_is_begun_anew_with_the_next_message);
    CPPUNIT_TEST(an_application_that_throws_before_it_is_a_task_ends_nothing_else);
    CPPUNIT_TEST(an_application_may_end_after_each_message);
    CPPUNIT_TEST(an_application_that_takes_no_message_is_reported);
    CPPUNIT_TEST(a_message_without_a_type_is_counted_and_ends_nothing);
    CPPUNIT_TEST(a_layer_that_is_down_is_asked_at_intervals);
    CPPUNIT_TEST(a_worker_that_waits_ends_at_once);
    CPPUNIT_TEST(a_worker_without_an_application_ends_at_once);
    CPPUNIT_TEST(the_message_in_hand_is_finished_and_the_next_left_to_others);
    CPPUNIT_TEST(a_failure_that_is_told_to_the_link_ends_the_application);
    CPPUNIT_TEST(there_is_nobody_to_send_to);
    CPPUNIT_TEST(messages_for_its_own_channel_come_too);
    CPPUNIT_TEST(the_own_channel_has_a_bound);
    CPPUNIT_TEST(a_message_that_comes_while_its_own_channel_fails_is_for_the_next_application);
    CPPUNIT_TEST(a_message_that_comes_while_its_own_channel_fails_is_handled_though_the_worker_ends);
    CPPUNIT_TEST(each_message_goes_to_one_of_several_workers);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        loop_ = std::make_unique<TestLoop>();
        std::vector<EventLoop*> loops{loop_.get()};
        memory_ = std::make_unique<layer::MemoryLayer>(layer::MemoryLayer::Options(), loops);
        layer_ = std::make_unique<FaultyLayer>(*memory_);
        job_ = std::make_unique<Job>(*layer_);
    }
    void tearDown() override {
        end_all();
        workers_.clear();
        loop_->run_pending();
        job_.reset();
        layer_.reset();
        memory_.reset();
        loop_.reset();
    }

    void one_application_handles_message_after_message() {
        const std::uint64_t before = counted("worker_messages_total");
        start();
        expect({});
        send("one");
        send("two");
        expect({"begin jobs", "one", "two"});
        send("three");
        expect({"begin jobs", "one", "two", "three"});
        CPPUNIT_ASSERT_EQUAL(before + 3, counted("worker_messages_total"));
    }

    void an_application_that_fails_is_begun_anew_with_the_next_message() {
        const std::uint64_t before = counted("worker_errors_total");
        start();
        send("raise");
        send("two");
        expect({"begin jobs", "raise", "begin jobs", "two"});
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("worker_errors_total"));
    }

    void an_application_that_throws_before_it_is_a_task_ends_nothing_else() {
        const std::uint64_t before = counted("worker_errors_total");
        start();
        job_->throw_at_once = true;
        send("one");
        expect({});
        job_->throw_at_once = false;
        send("two");
        expect({"begin jobs", "two"});
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("worker_errors_total"));
    }

    void an_application_may_end_after_each_message() {
        start();
        send("stop");
        send("stop");
        expect({"begin jobs", "stop", "begin jobs", "stop"});
    }

    void an_application_that_takes_no_message_is_reported() {
        const std::uint64_t before = counted("worker_lost_total");
        start();
        job_->ignores_everything = true;
        send("one");
        expect({"begin jobs"});
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("worker_lost_total"));
    }

    void a_message_without_a_type_is_counted_and_ends_nothing() {
        const std::uint64_t before = counted("worker_receive_errors_total");
        layer_->failures = 1;
        start();
        send("one");
        expect({"begin jobs", "one"});
        layer_->failures = 1;
        send("two");  // was waited for already
        send("three");
        expect({"begin jobs", "one", "two", "three"});
        CPPUNIT_ASSERT_EQUAL(before + 2, counted("worker_receive_errors_total"));
    }

    void a_layer_that_is_down_is_asked_at_intervals() {
        layer_->failures = 1'000'000;
        start();
        CPPUNIT_ASSERT_EQUAL(2, layer_->receives);
        loop_->advance(std::chrono::seconds(60));
        loop_->run_pending();
        CPPUNIT_ASSERT_EQUAL(3, layer_->receives);
        for (int i = 0; i < 10; ++i) {
            loop_->advance(std::chrono::seconds(2));
            loop_->run_pending();
        }
        CPPUNIT_ASSERT_EQUAL(13, layer_->receives);
        layer_->failures = 0;
        send("one");
        loop_->advance(std::chrono::seconds(2));
        expect({"begin jobs", "one"});
        layer_->failures = 1'000'000;
        send("two");
        loop_->run_pending();
        stop_first();  // and is not asked again, though it waits
        loop_->run_pending();
        CPPUNIT_ASSERT_EQUAL(1, ended_);
    }

    void a_worker_that_waits_ends_at_once() {
        start();
        send("one");
        loop_->run_pending();
        stop_first();
        expect({"begin jobs", "one", "disconnect 1001"});
        CPPUNIT_ASSERT_EQUAL(1, ended_);
        send("two");
        expect({"begin jobs", "one", "disconnect 1001"});
    }

    void a_worker_without_an_application_ends_at_once() {
        start();
        stop_first();
        stop_first();
        expect({});
        CPPUNIT_ASSERT_EQUAL(1, ended_);
    }

    void the_message_in_hand_is_finished_and_the_next_left_to_others() {
        job_->hold = true;
        start();
        send("slow");
        send("left");
        loop_->run_until([this] { return job_->seen.size() == 2; });
        stop_first();
        bool asked = false;
        loop_->post([&asked] { asked = true; });
        loop_->run_until([&asked] { return asked; });
        CPPUNIT_ASSERT_EQUAL(0, ended_);
        job_->hold = false;
        expect({"begin jobs", "slow", "slow done", "disconnect 1001"});
        CPPUNIT_ASSERT_EQUAL(1, ended_);
        start();
        expect({"begin jobs", "slow", "slow done", "disconnect 1001", "begin jobs", "left"});
    }

    void a_failure_that_is_told_to_the_link_ends_the_application() {
        const std::uint64_t before = counted("worker_errors_total");
        start();
        send("fail");
        send("two");
        expect({"begin jobs", "fail", "disconnect 1011", "begin jobs", "two"});
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("worker_errors_total"));
    }

    void there_is_nobody_to_send_to() {
        const std::uint64_t before = counted("worker_errors_total");
        start();
        send("send");
        send("two");
        expect({"begin jobs", "send", "begin jobs", "two"});
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("worker_errors_total"));
    }

    void messages_for_its_own_channel_come_too() {
        start();
        send("open");
        loop_->run_pending();
        send("direct", job_->own_channel);
        send("two");
        loop_->run_pending();
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, job_->seen.size());
        CPPUNIT_ASSERT(std::ranges::count(job_->seen, "direct") == 1 && job_->seen[0] == "begin jobs");
    }

    void the_own_channel_has_a_bound() {
        const std::uint64_t before = counted("worker_inbox_refused_total");
        job_->hold = true;
        start();
        send("open");
        send("slow");
        loop_->run_until([this] { return job_->seen.size() == 3; });
        for (int i = 0; i < 2; ++i)
            send("direct", job_->own_channel);
        CPPUNIT_ASSERT_THROW(send("direct", job_->own_channel), ChannelFull);
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("worker_inbox_refused_total"));
        job_->hold = false;
        expect({"begin jobs", "open", "slow", "slow done", "direct", "direct"});
    }

    void a_message_that_comes_while_its_own_channel_fails_is_for_the_next_application() {
        const std::uint64_t lost = counted("worker_lost_total");
        fail_in_own_channel_with_one_waiting();
        job_->hold = false;
        expect({"begin jobs", "open", "slow then raise", "slow done", "begin jobs", "general"});
        CPPUNIT_ASSERT_EQUAL(lost + 1, counted("worker_lost_total"));  // the last of its own channel
        send("two");
        expect({"begin jobs", "open", "slow then raise", "slow done", "begin jobs", "general", "two"});
    }

    void a_message_that_comes_while_its_own_channel_fails_is_handled_though_the_worker_ends() {
        fail_in_own_channel_with_one_waiting();
        stop_first();
        job_->hold = false;
        expect({"begin jobs",
                "open",
                "slow then raise",
                "slow done",
                "begin jobs",
                "general",
                "disconnect 1001"});
        CPPUNIT_ASSERT_EQUAL(1, ended_);
    }

    void each_message_goes_to_one_of_several_workers() {
        job_->hold = true;
        start();
        start();
        send("slow");
        send("slow");
        send("third");
        loop_->run_until([this] { return job_->seen.size() == 4; });
        CPPUNIT_ASSERT((std::vector<std::string>{"begin jobs", "slow", "begin jobs", "slow"} == job_->seen));
        job_->hold = false;
        loop_->run_pending();
        CPPUNIT_ASSERT_EQUAL(1L, long(std::ranges::count(job_->seen, "third")));
    }

private:
    void start() {
        workers_.push_back(std::make_unique<ChannelWorker>(*loop_, *layer_, "jobs", *job_, 2));
        loop_->post([this, &made = *workers_.back()] {
            made.start([](void* ended) { ++*static_cast<int*>(ended); }, &ended_);
        });
        loop_->run_pending();
    }
    /// A message of the channel and one of the application's own wait while it is at another of its own,
    /// which it will fail with.
    void fail_in_own_channel_with_one_waiting() {
        start();
        send("open");
        loop_->run_pending();
        job_->hold = true;
        send("slow then raise", job_->own_channel);
        send("general");
        loop_->run_until([this] { return job_->seen.size() == 3; });
        send("direct", job_->own_channel);
    }
    void end_all() {
        job_->hold = false;
        for (const auto& worker : workers_)
            loop_->post([&made = *worker] { made.stop(); });
        loop_->run_pending();  // also the stop of a worker that has ended before
        loop_->run_until([this] { return ended_ == static_cast<int>(workers_.size()); });
    }
    void stop_first() {
        loop_->post([this] { workers_.front()->stop(); });
    }
    void send(const std::string& type, const std::string& channel = "jobs") {
        loop_->run(memory_->send(channel, LayerMessage(type)));
    }
    void expect(const std::vector<std::string>& seen) {
        loop_->run_pending();
        std::string text;
        for (const std::string& one : job_->seen)
            text += one + ", ";
        CPPUNIT_ASSERT_MESSAGE(text, seen == job_->seen);
    }

    std::unique_ptr<TestLoop> loop_;
    std::unique_ptr<layer::MemoryLayer> memory_;
    std::unique_ptr<FaultyLayer> layer_;
    std::unique_ptr<Job> job_;
    std::vector<std::unique_ptr<ChannelWorker>> workers_;
    int ended_ = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChannelWorkerTest);

}  // namespace
}  // namespace zanhu::connection
