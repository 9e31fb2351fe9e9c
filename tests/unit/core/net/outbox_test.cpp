#include "core/net/outbox.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>

namespace zanhu::net {
namespace {

std::string gathered(const Outbox& outbox, std::size_t vectors) {
    std::array<iovec, 64> parts;
    const std::size_t used = outbox.gather(std::span(parts).first(vectors));
    CPPUNIT_ASSERT(used <= vectors);
    std::string text;
    for (std::size_t i = 0; i < used; ++i) {
        CPPUNIT_ASSERT(parts[i].iov_len > 0);
        text.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    }
    return text;
}

SharedBytes share(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

class OutboxTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(OutboxTest);
    CPPUNIT_TEST(random_appends_and_consumes_keep_the_bytes_in_order);
    CPPUNIT_TEST(shared_bytes_are_pointed_to_and_let_go_when_written);
    CPPUNIT_TEST(an_endless_flow_does_not_grow_it);
    CPPUNIT_TEST(reset_forgets_and_lets_go);
    CPPUNIT_TEST_SUITE_END();

public:
    void random_appends_and_consumes_keep_the_bytes_in_order() {
        std::mt19937 random(42);
        const auto below = [&random](std::size_t bound) { return random() % bound; };
        for (int round = 0; round < 40; ++round) {
            Outbox outbox;
            std::string expected;
            char next = 'a';
            for (int step = 0; step < 1500; ++step) {
                const std::size_t longest = below(20) == 0 ? 200'000 : 300;
                std::string piece(1 + below(longest), next);
                next = next == 'z' ? 'a' : static_cast<char>(next + 1);
                if (below(2) == 0) {
                    expected += piece;
                    if (below(3) == 0) {
                        outbox.append(share(std::move(piece)));
                    } else {
                        outbox.append(std::string_view(piece));
                    }
                } else {
                    const std::size_t count = std::min(expected.size(), below(longest * 2));
                    outbox.consume(count);
                    expected.erase(0, count);
                }
                CPPUNIT_ASSERT_EQUAL(expected.size(), outbox.size());
                CPPUNIT_ASSERT_EQUAL(expected.empty(), outbox.empty());
                if (step % 16 == 0) {
                    const std::string text = gathered(outbox, 1 + below(64));
                    CPPUNIT_ASSERT(text == expected.substr(0, text.size()));
                    CPPUNIT_ASSERT_EQUAL(expected.empty(), text.empty());
                }
            }
            while (!outbox.empty()) {
                const std::string text = gathered(outbox, 64);
                CPPUNIT_ASSERT(!text.empty() && text == expected.substr(0, text.size()));
                outbox.consume(text.size());
                expected.erase(0, text.size());
            }
            CPPUNIT_ASSERT(expected.empty());
        }
    }

    void shared_bytes_are_pointed_to_and_let_go_when_written() {
        const SharedBytes bytes = share("shared");
        Outbox outbox;
        outbox.append(std::string_view("ab"));
        outbox.append(bytes);
        outbox.append(std::string_view("cd"));
        std::array<iovec, 4> parts;
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), outbox.gather(parts));
        CPPUNIT_ASSERT(parts[1].iov_base == bytes->data());
        outbox.consume(4);
        CPPUNIT_ASSERT_EQUAL(std::string("aredcd"), gathered(outbox, 4));
        outbox.consume(4);
        CPPUNIT_ASSERT_EQUAL(1L, bytes.use_count());
        CPPUNIT_ASSERT_EQUAL(std::string("cd"), gathered(outbox, 4));
    }

    void an_endless_flow_does_not_grow_it() {
        Outbox outbox;
        const SharedBytes bytes = share(std::string(10, 's'));
        outbox.append(std::string_view("x"));
        for (int i = 0; i < 200'000; ++i) {
            outbox.append(std::string_view("0123456789"));
            outbox.append(bytes);
            outbox.consume(20);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), outbox.size());
        CPPUNIT_ASSERT(bytes.use_count() <= 3);
        CPPUNIT_ASSERT_EQUAL(std::string("s"), gathered(outbox, 4));
    }

    void reset_forgets_and_lets_go() {
        const SharedBytes bytes = share("shared");
        Outbox outbox;
        outbox.append(bytes);
        outbox.append(std::string_view("more"));
        outbox.consume(2);
        outbox.reset();
        CPPUNIT_ASSERT(outbox.empty());
        CPPUNIT_ASSERT_EQUAL(1L, bytes.use_count());
        outbox.append(std::string_view("again"));
        CPPUNIT_ASSERT_EQUAL(std::string("again"), gathered(outbox, 4));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OutboxTest);

}  // namespace
}  // namespace zanhu::net
