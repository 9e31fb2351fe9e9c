#include "core/layer/pubsub_dispatcher.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

#include "tests/unit/loop_thread.h"

namespace zanhu::layer {
namespace {

using test::LoopThread;

class Receiver final : public Inbox {
public:
    DeliverResult deliver(const SharedMessage&) override {
        ++deliveries;
        if (throws) throw std::runtime_error("as the test asks");
        return DeliverResult::delivered;
    }
    bool throws = false;
    int deliveries = 0;
    Channel channel;
};

RedisOptions one_host() {
    RedisOptions options;
    options.hosts.emplace_back();
    return options;
}

Task<void> all_of(TaskSet& tasks) {
    co_await tasks.all();
}

class PubSubDispatcherTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(PubSubDispatcherTest);
    CPPUNIT_TEST(what_a_receiver_throws_stops_nothing);
    CPPUNIT_TEST_SUITE_END();

private:
    void push_to(const Receiver& receiver) {
        dispatcher_.push(receiver.channel.name(), node_.seal(LayerMessage("a.message").fields()));
    }

    void what_a_receiver_throws_stops_nothing() {
        Receiver bad;
        Receiver good;
        CancelSource cancel;
        bad.throws = true;
        home_.call([&] {
            for (Receiver* receiver : {&bad, &good})
                receiver->channel = groups_.open(*receiver);
            tasks_.start(dispatcher_.run(cancel.token()));
            push_to(bad);
            push_to(good);
        });
        home_.eventually([&] { return good.deliveries == 1; });
        home_.call([&] {
            CPPUNIT_ASSERT_EQUAL(1, bad.deliveries);
            cancel.cancel();
            dispatcher_.wake();
        });
        home_.run([&] { return all_of(tasks_); });
        home_.call([&] {
            bad.channel = Channel();
            good.channel = Channel();
        });
    }

    LoopThread home_;
    EventLoop* loops_[1] = {&home_.loop};
    ProcessGroups groups_{loops_, nullptr};
    PubSubNode node_{one_host(), home_.loop, groups_};
    TaskSet tasks_{home_.loop};
    PubSubEchoes echoes_{home_.loop, 1};
    PubSubNodes nodes_{node_, tasks_};
    GeneralChannels general_{1, std::chrono::seconds(1)};
    PubSubDispatcher dispatcher_{node_, echoes_, nodes_, general_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(PubSubDispatcherTest);

}  // namespace
}  // namespace zanhu::layer
