#include "core/layer/memory_layer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <zanhu/errors.h>

#include "core/base/metrics.h"
#include "tests/unit/loop_thread.h"

namespace zanhu::layer {
namespace {

using std::chrono::milliseconds;
using test::LoopThread;

/// A receiver on one loop.
class Receiver final : public Inbox {
public:
    DeliverResult deliver(const SharedMessage& message) override {
        if (EventLoop::current() != home) ++strays;
        if (const Value* number = message->find("n")) numbers.push_back(*number->as<std::int64_t>());
        seen += message->type() + " ";
        return result;
    }
    EventLoop* home = nullptr;
    int strays = 0;
    std::string seen;
    std::vector<std::int64_t> numbers;
    DeliverResult result = DeliverResult::delivered;
    Channel channel;
};

LayerMessage numbered(int number) {
    LayerMessage message("n");
    message.set("n", number);
    return message;
}

Task<std::size_t> send_many(MemoryLayer& layer, int first, int count) {
    std::size_t taken = 0;
    for (int i = 0; i < count; ++i)
        taken += co_await layer.group_send("x", numbered(first + i));
    co_return taken;
}
Task<std::string> receive_type(MemoryLayer& layer, std::string channel, CancelToken token) {
    const SharedMessage message = co_await layer.receive(std::move(channel), token);
    co_return message->type();
}

std::uint64_t counted(std::string_view name) {
    for (const Metric* metric : all_metrics()) {
        if (metric->name() == name) return static_cast<std::uint64_t>(metric->value());
    }
    throw std::logic_error("no counter of that name");
}

class MemoryLayerTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(MemoryLayerTest);
    CPPUNIT_TEST(a_group_spans_the_loops_and_each_member_hears_on_its_own);
    CPPUNIT_TEST(a_channel_that_leaves_or_ends_gets_nothing_more);
    CPPUNIT_TEST(messages_of_one_sender_stay_in_order);
    CPPUNIT_TEST(a_message_reaches_one_channel_from_any_loop);
    CPPUNIT_TEST(a_message_to_a_channel_that_is_gone_is_counted);
    CPPUNIT_TEST(a_receiver_that_refuses_is_channel_full_to_the_sender_and_not_to_a_group);
    CPPUNIT_TEST(a_general_channel_keeps_messages_in_order_up_to_its_capacity);
    CPPUNIT_TEST(an_old_message_of_a_general_channel_is_left_out_and_counted);
    CPPUNIT_TEST(a_receiver_waits_for_a_message_from_any_loop);
    CPPUNIT_TEST(receivers_of_one_channel_take_turns);
    CPPUNIT_TEST(a_cancelled_receiver_takes_nothing);
    CPPUNIT_TEST(a_message_on_its_way_is_not_lost_to_a_cancellation);
    CPPUNIT_TEST(names_that_cannot_be_are_refused);
    CPPUNIT_TEST(a_foreign_thread_is_refused);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { make_layer(MemoryLayer::Options()); }
    void tearDown() override {
        for (auto& [home, receiver] : receivers_)
            home->call([&r = receiver] { r.reset(); });
        receivers_.clear();
        layer_.reset();
    }

    void a_group_spans_the_loops_and_each_member_hears_on_its_own() {
        Receiver& one = open(first_, "x");
        Receiver& two = open(second_, "x");
        Receiver& other = open(second_, "y");
        for (LoopThread* from : {&first_, &second_}) {
            CPPUNIT_ASSERT_EQUAL(std::size_t(2),
                                 from->run([this] { return layer_->group_send("x", LayerMessage("m")); }));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(0),
                             first_.run([this] { return layer_->group_send("z", LayerMessage("m")); }));
        first_.call([&] { CPPUNIT_ASSERT_EQUAL(std::string("m m "), one.seen); });
        second_.call([&] {
            CPPUNIT_ASSERT_EQUAL(std::string("m m "), two.seen);
            CPPUNIT_ASSERT(other.seen.empty());
            CPPUNIT_ASSERT_EQUAL(0, two.strays);
        });
    }

    void a_channel_that_leaves_or_ends_gets_nothing_more() {
        Receiver& one = open(first_, "x");
        Receiver& two = open(second_, "x");
        first_.run([&] { return layer_->group_discard("x", one.channel); });
        first_.run([&] { return layer_->group_discard("x", one.channel); });
        first_.run([&] { return layer_->group_discard("never", one.channel); });
        first_.run([&] { return layer_->group_discard("张三", one.channel); });
        CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                             first_.run([this] { return layer_->group_send("x", LayerMessage("m")); }));
        second_.call([&two] { two.channel = Channel(); });
        CPPUNIT_ASSERT_EQUAL(std::size_t(0),
                             first_.run([this] { return layer_->group_send("x", LayerMessage("m")); }));
        first_.call([&one] { CPPUNIT_ASSERT(one.seen.empty()); });
    }

    void messages_of_one_sender_stay_in_order() {
        constexpr int k_count = 500;
        Receiver& here = open(first_, "x");
        Receiver& there = open(second_, "x");
        std::thread from_second(
            [this] { second_.run([this] { return send_many(*layer_, 1'000'000, k_count); }); });
        const auto taken = first_.run([this] { return send_many(*layer_, 0, k_count); });
        from_second.join();
        CPPUNIT_ASSERT_EQUAL(std::size_t(2 * k_count), taken);
        first_.call([&here] { check_order(here.numbers, k_count); });
        second_.call([&there] { check_order(there.numbers, k_count); });
    }

    void a_message_reaches_one_channel_from_any_loop() {
        Receiver& one = open(first_, "x");
        Receiver& two = open(second_, "x");
        const std::string name = second_.call([&two] { return two.channel.name(); });
        CPPUNIT_ASSERT(name.starts_with("specific."));
        CPPUNIT_ASSERT(name.size() < 100);
        for (LoopThread* from : {&first_, &second_})
            from->run([&] { return layer_->send(name, LayerMessage("m")); });
        second_.call([&two] { CPPUNIT_ASSERT_EQUAL(std::string("m m "), two.seen); });
        first_.call([&one] { CPPUNIT_ASSERT(one.seen.empty()); });
    }

    void a_message_to_a_channel_that_is_gone_is_counted() {
        Receiver& one = open(first_, "x");
        const std::string name = first_.call([&one] { return one.channel.name(); });
        first_.call([&one] { one.channel = Channel(); });
        const auto before = counted("layer_undeliverable_total");
        const std::string prefix = name.substr(0, name.find('!') + 1);
        const std::vector<std::string> gone = {name,
                                               "specific.another-process!1",
                                               prefix,
                                               prefix + "7.1",
                                               prefix + "0.",
                                               prefix + "0.1x",
                                               prefix + "x"};
        for (const std::string& each : gone)
            first_.run([&] { return layer_->send(each, LayerMessage("m")); });
        CPPUNIT_ASSERT_EQUAL(before + gone.size(), counted("layer_undeliverable_total"));
    }

    void a_receiver_that_refuses_is_channel_full_to_the_sender_and_not_to_a_group() {
        Receiver& one = open(second_, "x");
        const std::string name = second_.call([&one] {
            one.result = DeliverResult::refused;
            return one.channel.name();
        });
        CPPUNIT_ASSERT_THROW(first_.run([&] { return layer_->send(name, LayerMessage("m")); }), ChannelFull);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0),
                             first_.run([this] { return layer_->group_send("x", LayerMessage("m")); }));
    }

    void a_general_channel_keeps_messages_in_order_up_to_its_capacity() {
        MemoryLayer::Options options;
        options.capacity = 3;
        make_layer(options);
        for (const char* type : {"a", "b", "c"})
            first_.run([&] { return layer_->send("worker", LayerMessage(type)); });
        CPPUNIT_ASSERT_THROW(first_.run([&] { return layer_->send("worker", LayerMessage("d")); }),
                             ChannelFull);
        first_.run([&] { return layer_->send("another", LayerMessage("e")); });
        for (const char* type : {"a", "b", "c"})
            CPPUNIT_ASSERT_EQUAL(std::string(type), receive(second_, "worker"));
        first_.run([&] { return layer_->send("worker", LayerMessage("f")); });
        CPPUNIT_ASSERT_EQUAL(std::string("f"), receive(first_, "worker"));
        CPPUNIT_ASSERT_EQUAL(std::string("e"), receive(first_, "another"));
    }

    void an_old_message_of_a_general_channel_is_left_out_and_counted() {
        MemoryLayer::Options options;
        options.capacity = 2;
        options.expiry = milliseconds(20);
        make_layer(options);
        const auto before = counted("layer_expired_total");
        first_.run([&] { return layer_->send("worker", LayerMessage("old")); });
        first_.run([&] { return layer_->send("worker", LayerMessage("old")); });
        std::this_thread::sleep_for(milliseconds(40));
        first_.run([&] { return layer_->send("worker", LayerMessage("new")); });
        CPPUNIT_ASSERT_EQUAL(before + 2, counted("layer_expired_total"));
        options.expiry = std::chrono::hours(1);
        make_layer(options);
        first_.run([&] { return layer_->send("worker", LayerMessage("fresh")); });
        CPPUNIT_ASSERT_EQUAL(std::string("fresh"), receive(first_, "worker"));
    }

    void a_receiver_waits_for_a_message_from_any_loop() {
        for (LoopThread* from : {&first_, &second_}) {
            Task<std::string> waiting;
            first_.call([&] { start(waiting = receive_type(*layer_, "worker", CancelToken())); });
            CPPUNIT_ASSERT(!first_.call([&waiting] { return waiting.done(); }));
            from->run([&] { return layer_->send("worker", LayerMessage("job")); });
            first_.eventually([&waiting] { return waiting.done(); });
            first_.call([&waiting] { CPPUNIT_ASSERT_EQUAL(std::string("job"), waiting.result()); });
        }
    }

    void receivers_of_one_channel_take_turns() {
        Task<std::string> one;
        Task<std::string> two;
        first_.call([&] { start(one = receive_type(*layer_, "worker", CancelToken())); });
        second_.call([&] { start(two = receive_type(*layer_, "worker", CancelToken())); });
        first_.run([&] { return layer_->send("worker", LayerMessage("a")); });
        first_.run([&] { return layer_->send("worker", LayerMessage("b")); });
        first_.eventually([&one] { return one.done(); });
        second_.eventually([&two] { return two.done(); });
        CPPUNIT_ASSERT_EQUAL(std::string("a"), first_.call([&one] { return one.result(); }));
        CPPUNIT_ASSERT_EQUAL(std::string("b"), second_.call([&two] { return two.result(); }));
    }

    void a_cancelled_receiver_takes_nothing() {
        CancelSource source;
        Task<std::string> waiting;
        first_.call([&] { start(waiting = receive_type(*layer_, "worker", source.token())); });
        first_.call([&] {
            source.cancel();
            CPPUNIT_ASSERT(waiting.done());
            CPPUNIT_ASSERT_THROW(waiting.result(), Cancelled);
        });
        second_.run([&] { return layer_->send("worker", LayerMessage("kept")); });
        CPPUNIT_ASSERT_THROW(first_.run([&] { return receive_type(*layer_, "worker", source.token()); }),
                             Cancelled);
        CPPUNIT_ASSERT_EQUAL(std::string("kept"), receive(second_, "worker"));
    }

    void a_message_on_its_way_is_not_lost_to_a_cancellation() {
        CancelSource source;
        Task<std::string> waiting;
        first_.call([&] {
            start(waiting = receive_type(*layer_, "worker", source.token()));
            Task<void> sending = layer_->send("worker", LayerMessage("taken"));
            start(sending);
            source.cancel();
            CPPUNIT_ASSERT(!waiting.done());
        });
        first_.eventually([&waiting] { return waiting.done(); });
        CPPUNIT_ASSERT_EQUAL(std::string("taken"), first_.call([&waiting] { return waiting.result(); }));
    }

    void names_that_cannot_be_are_refused() {
        Receiver& one = open(first_, "x");
        for (const std::string& name : {std::string(),
                                        std::string("a b"),
                                        std::string("张三"),
                                        std::string(100, 'x'),
                                        std::string("a\n"),
                                        std::string("a!b!c")}) {
            CPPUNIT_ASSERT_THROW(first_.run([&] { return layer_->group_add(name, one.channel); }),
                                 InvalidName);
            CPPUNIT_ASSERT_THROW(first_.run([&] { return layer_->group_send(name, LayerMessage("m")); }),
                                 InvalidName);
            CPPUNIT_ASSERT_THROW(first_.run([&] { return layer_->send(name, LayerMessage("m")); }),
                                 InvalidName);
        }
    }

    void a_foreign_thread_is_refused() {
        Receiver receiver;
        CPPUNIT_ASSERT_THROW(layer_->open_channel(receiver), Error);
    }

private:
    void make_layer(MemoryLayer::Options options) {
        layer_.reset();
        EventLoop* const loops[] = {&first_.loop, &second_.loop};
        layer_ = std::make_unique<MemoryLayer>(options, loops);
    }
    Receiver& open(LoopThread& home, const std::string& group) {
        receivers_.emplace_back(&home, std::make_unique<Receiver>());
        Receiver& receiver = *receivers_.back().second;
        home.call([&] {
            receiver.home = &home.loop;
            receiver.channel = layer_->open_channel(receiver);
        });
        home.run([&] { return layer_->group_add(group, receiver.channel); });
        return receiver;
    }
    std::string receive(LoopThread& home, const char* channel) {
        return home.run([&] { return receive_type(*layer_, channel, CancelToken()); });
    }
    template <class T>
    static void start(Task<T>& task) {
        task.start([](void*) {}, nullptr);
    }
    static void check_order(const std::vector<std::int64_t>& numbers, int count) {
        std::int64_t next[2] = {0, 1'000'000};
        for (const std::int64_t number : numbers)
            CPPUNIT_ASSERT_EQUAL(next[number >= 1'000'000 ? 1 : 0]++, number);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(count), next[0]);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1'000'000 + count), next[1]);
    }

    LoopThread first_;
    LoopThread second_;
    std::unique_ptr<MemoryLayer> layer_;
    std::vector<std::pair<LoopThread*, std::unique_ptr<Receiver>>> receivers_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(MemoryLayerTest);

}  // namespace
}  // namespace zanhu::layer
