#include "core/layer/local_groups.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/loop_thread.h"

namespace zanhu::layer {
namespace {

/// A receiver that notes what it gets and may do something when it does.
class Receiver final : public Inbox {
public:
    DeliverResult deliver(const SharedMessage& message) override {
        seen += message->type() + " ";
        const auto action = on_message;  // which may replace itself
        if (action) action();
        return result;
    }
    std::string seen;
    std::function<void()> on_message;
    DeliverResult result = DeliverResult::delivered;
};

class LocalGroupsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(LocalGroupsTest);
    CPPUNIT_TEST(members_get_it_once_and_others_do_not);
    CPPUNIT_TEST(only_takers_are_counted);
    CPPUNIT_TEST(the_first_and_the_last_member_are_reported);
    CPPUNIT_TEST(leaving_and_joining_again_in_any_order_keeps_the_members);
    CPPUNIT_TEST(who_leaves_or_vanishes_during_a_delivery_does_not_get_it);
    CPPUNIT_TEST(who_joins_during_a_delivery_does_not_get_it);
    CPPUNIT_TEST(a_group_may_be_emptied_and_filled_during_a_delivery);
    CPPUNIT_TEST(deliveries_may_nest);
    CPPUNIT_TEST(a_channel_is_found_by_its_number_until_it_is_gone);
    CPPUNIT_TEST_SUITE_END();

public:
    void members_get_it_once_and_others_do_not() {
        Receiver a;
        Receiver b;
        const Channel channel_a = open(a);
        const Channel channel_b = open(b);
        groups_.add("x", channel_a);
        groups_.add("x", channel_a);
        groups_.add("y", channel_b);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), send("x", "one"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), send("nobody", "two"));
        CPPUNIT_ASSERT_EQUAL(std::string("one "), a.seen);
        CPPUNIT_ASSERT(b.seen.empty());
        groups_.discard("x", channel_a);
        groups_.discard("x", channel_a);
        groups_.discard("never joined", channel_a);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), send("x", "three"));
    }

    void only_takers_are_counted() {
        Receiver receivers[3];
        receivers[1].result = DeliverResult::ignored;
        receivers[2].result = DeliverResult::refused;
        std::vector<Channel> channels;
        for (Receiver& receiver : receivers) {
            channels.push_back(open(receiver));
            groups_.add("x", channels.back());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), send("x", "one"));
        for (const Receiver& receiver : receivers)
            CPPUNIT_ASSERT_EQUAL(std::string("one "), receiver.seen);
    }

    void the_first_and_the_last_member_are_reported() {
        Receiver a;
        Channel one = open(a);
        const Channel two = open(a);
        groups_.add("x", one);
        groups_.add("x", two);
        CPPUNIT_ASSERT_EQUAL(std::string("+x "), changes_);
        one = Channel();
        CPPUNIT_ASSERT_EQUAL(std::string("+x "), changes_);
        groups_.discard("x", two);
        groups_.add("x", two);
        CPPUNIT_ASSERT_EQUAL(std::string("+x -x +x "), changes_);
    }

    void leaving_and_joining_again_in_any_order_keeps_the_members() {
        constexpr std::size_t k_members = 7;
        for (std::size_t leaver = 0; leaver < k_members; ++leaver) {
            for (std::size_t second = 0; second < k_members; ++second) {
                Receiver receivers[k_members];
                std::vector<Channel> channels;
                for (Receiver& receiver : receivers) {
                    channels.push_back(open(receiver));
                    groups_.add("x", channels.back());
                }
                groups_.discard("x", channels[leaver]);
                groups_.discard("x", channels[second]);
                groups_.add("x", channels[leaver]);
                send("x", "m");
                for (std::size_t i = 0; i < k_members; ++i) {
                    const bool member = i == leaver || i != second;
                    CPPUNIT_ASSERT_EQUAL(std::string(member ? "m " : ""), receivers[i].seen);
                }
            }
        }
    }

    void who_leaves_or_vanishes_during_a_delivery_does_not_get_it() {
        for (const bool vanish : {false, true}) {
            for (std::size_t actor = 0; actor < 3; ++actor) {
                for (std::size_t victim = 0; victim < 3; ++victim) {
                    Receiver receivers[3];
                    std::vector<Channel> channels;
                    for (Receiver& receiver : receivers) {
                        channels.push_back(open(receiver));
                        groups_.add("x", channels.back());
                    }
                    receivers[actor].on_message = [&] {
                        if (vanish) {
                            channels[victim] = Channel();
                        } else {
                            groups_.discard("x", channels[victim]);
                        }
                        receivers[actor].on_message = nullptr;
                    };
                    const std::size_t expected = victim > actor ? 2 : 3;
                    CPPUNIT_ASSERT_EQUAL(expected, send("x", "one"));
                    CPPUNIT_ASSERT_EQUAL(std::size_t(2), send("x", "two"));
                    for (std::size_t i = 0; i < 3; ++i) {
                        const bool got_one = i != victim || victim <= actor;
                        const bool got_two = i != victim;
                        CPPUNIT_ASSERT_EQUAL(std::string(got_one ? "one " : "") + (got_two ? "two " : ""),
                                             receivers[i].seen);
                    }
                }
            }
        }
    }

    void who_joins_during_a_delivery_does_not_get_it() {
        Receiver old;
        Receiver young;
        const Channel old_channel = open(old);
        const Channel young_channel = open(young);
        groups_.add("x", old_channel);
        old.on_message = [&] { groups_.add("x", young_channel); };
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), send("x", "one"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), send("x", "two"));
        CPPUNIT_ASSERT_EQUAL(std::string("two "), young.seen);
    }

    void a_group_may_be_emptied_and_filled_during_a_delivery() {
        Receiver a;
        const Channel channel = open(a);
        groups_.add("x", channel);
        a.on_message = [&] {
            groups_.discard("x", channel);
            groups_.add("x", channel);
            a.on_message = [&] { groups_.discard("x", channel); };
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), send("x", "one"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), send("x", "two"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), send("x", "three"));
        CPPUNIT_ASSERT_EQUAL(std::string("one two "), a.seen);
        CPPUNIT_ASSERT(changes_.ends_with("-x "));
    }

    void deliveries_may_nest() {
        Receiver receivers[3];
        std::vector<Channel> channels;
        for (Receiver& receiver : receivers) {
            channels.push_back(open(receiver));
            groups_.add("x", channels.back());
        }
        receivers[0].on_message = [&] {
            receivers[0].on_message = nullptr;
            channels[1] = Channel();
            send("x", "inner");
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), send("x", "outer"));
        CPPUNIT_ASSERT_EQUAL(std::string("outer inner "), receivers[0].seen);
        CPPUNIT_ASSERT(receivers[1].seen.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("inner outer "), receivers[2].seen);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), send("x", "again"));
    }

    void a_channel_is_found_by_its_number_until_it_is_gone() {
        Receiver a;
        std::set<std::string> names;
        std::vector<Channel> channels;
        for (int i = 0; i < 20; ++i) {
            channels.push_back(open(a));
            names.insert(channels.back().name());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(20), names.size());
        CPPUNIT_ASSERT(channels[0].name().starts_with("prefix!"));
        const auto number = std::stoull(channels[17].name().substr(7), nullptr, 16);
        const SharedMessage message(LayerMessage("m"));
        CPPUNIT_ASSERT(groups_.deliver_to_channel(number, message) == DeliverResult::delivered);
        channels[17] = Channel();
        CPPUNIT_ASSERT(groups_.deliver_to_channel(number, message) == DeliverResult::ignored);
        CPPUNIT_ASSERT_EQUAL(std::string("m "), a.seen);
    }

private:
    Channel open(Receiver& receiver) { return Channel(groups_.open(receiver)); }
    std::size_t send(const std::string& group, const char* type) {
        return groups_.deliver_to_group(group, SharedMessage(LayerMessage(type)));
    }

    std::string changes_;
    net::EpollLoop loop_;  // does not run: everything happens on the test's thread
    LocalGroups groups_{"prefix!", loop_, [this](const std::string& group, bool occupied) {
                            changes_ += (occupied ? "+" : "-") + group + " ";
                        }};
};

CPPUNIT_TEST_SUITE_REGISTRATION(LocalGroupsTest);

}  // namespace
}  // namespace zanhu::layer
