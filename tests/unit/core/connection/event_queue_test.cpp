#include "core/connection/event_queue.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <deque>
#include <random>
#include <string>

#include "core/base/metrics.h"
#include "tests/unit/core/connection/server.h"

namespace zanhu::connection {
namespace {

using std::chrono::milliseconds;

const EventQueue::Time k_start{std::chrono::hours(1)};

std::string text_of(const Event& event) {
    if (const auto* message = std::get_if<Receive>(&event)) return message->data;
    if (const auto* message = std::get_if<SharedMessage>(&event)) return (*message)->type();
    return std::holds_alternative<Disconnect>(event) ? "disconnect" : "?";
}
Event socket(std::string text) {
    return Receive(MessageKind::text, std::move(text));
}
Event layer(std::string type) {
    return SharedMessage(LayerMessage(std::move(type)));
}

class EventQueueTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(EventQueueTest);
    CPPUNIT_TEST(events_come_out_in_order_and_are_counted_by_kind);
    CPPUNIT_TEST(only_layer_messages_expire);
    CPPUNIT_TEST(a_queue_of_old_messages_only_is_empty_in_the_end);
    CPPUNIT_TEST(the_oldest_layer_message_is_dropped_from_among_the_others);
    CPPUNIT_TEST(random_use_agrees_with_a_plain_list);
    CPPUNIT_TEST_SUITE_END();

public:
    void events_come_out_in_order_and_are_counted_by_kind() {
        EventQueue queue;
        CPPUNIT_ASSERT(queue.empty());
        queue.push(socket("12345"), k_start);
        queue.push(layer("a"), k_start);
        queue.push(socket("123"), k_start);
        queue.push(HttpBody("1234", true), k_start);
        queue.push(Disconnect(CloseCode::normal), k_start);
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), queue.socket_events());
        CPPUNIT_ASSERT_EQUAL(std::size_t(12), queue.socket_bytes());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), queue.layer_events());
        std::string order;
        Event event;
        while (queue.pop(event, k_start, milliseconds(1)))
            order += text_of(event) + " ";
        CPPUNIT_ASSERT_EQUAL(std::string("12345 a 123 ? disconnect "), order);
        CPPUNIT_ASSERT(queue.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0),
                             queue.socket_events() + queue.socket_bytes() + queue.layer_events());
    }

    void only_layer_messages_expire() {
        EventQueue queue;
        queue.push(layer("old"), k_start);
        queue.push(socket("old too"), k_start);
        queue.push(layer("young"), k_start + milliseconds(1));
        const auto before = testing::counted("inbox_expired_total");
        Event event;
        const auto now = k_start + milliseconds(101);
        CPPUNIT_ASSERT(queue.pop(event, now, milliseconds(100)));
        CPPUNIT_ASSERT_EQUAL(std::string("old too"), text_of(event));
        CPPUNIT_ASSERT(queue.pop(event, now, milliseconds(100)));
        CPPUNIT_ASSERT_EQUAL(std::string("young"), text_of(event));
        CPPUNIT_ASSERT(!queue.pop(event, now, milliseconds(100)));
        CPPUNIT_ASSERT_EQUAL(before + 1, testing::counted("inbox_expired_total"));
    }

    void a_queue_of_old_messages_only_is_empty_in_the_end() {
        EventQueue queue;
        for (int i = 0; i < 5; ++i)
            queue.push(layer("old"), k_start);
        Event event;
        CPPUNIT_ASSERT(!queue.pop(event, k_start + milliseconds(11), milliseconds(10)));
        CPPUNIT_ASSERT(queue.empty());
    }

    void the_oldest_layer_message_is_dropped_from_among_the_others() {
        EventQueue queue;
        queue.push(socket("s1"), k_start);
        queue.push(layer("l1"), k_start);
        queue.push(layer("l2"), k_start);
        queue.drop_oldest_layer_event();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), queue.layer_events());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), queue.socket_events());
        Event event;
        CPPUNIT_ASSERT(queue.pop(event, k_start, milliseconds(1)) && text_of(event) == "s1");
        CPPUNIT_ASSERT(queue.pop(event, k_start, milliseconds(1)) && text_of(event) == "l2");
        queue.push(layer("l3"), k_start);
        queue.drop_oldest_layer_event();
        CPPUNIT_ASSERT(queue.empty());
    }

    void random_use_agrees_with_a_plain_list() {
        std::mt19937 random(7);
        for (int round = 0; round < 50; ++round) {
            EventQueue queue;
            std::deque<std::string> expected;  // layer messages begin with an l
            for (int step = 0; step < 400; ++step) {
                const auto choice = random() % 10;
                const std::string name = std::to_string(step);
                if (choice < 3) {
                    queue.push(socket("s" + name), k_start);
                    expected.push_back("s" + name);
                } else if (choice < 6) {
                    queue.push(layer("l" + name), k_start);
                    expected.push_back("l" + name);
                } else if (choice == 6) {
                    const auto oldest = std::find_if(expected.begin(),
                                                     expected.end(),
                                                     [](const std::string& each) { return each[0] == 'l'; });
                    if (oldest == expected.end()) continue;
                    expected.erase(oldest);
                    queue.drop_oldest_layer_event();
                } else {
                    Event event;
                    CPPUNIT_ASSERT_EQUAL(!expected.empty(), queue.pop(event, k_start, milliseconds(1)));
                    if (expected.empty()) continue;
                    CPPUNIT_ASSERT_EQUAL(expected.front(), text_of(event));
                    expected.pop_front();
                }
                CPPUNIT_ASSERT_EQUAL(expected.size(), queue.socket_events() + queue.layer_events());
                CPPUNIT_ASSERT_EQUAL(expected.empty(), queue.empty());
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EventQueueTest);

}  // namespace
}  // namespace zanhu::connection
