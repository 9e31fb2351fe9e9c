#include "web/login_throttle.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <thread>
#include <vector>

namespace zanhu::web {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LoginThrottleTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(LoginThrottleTest);
    CPPUNIT_TEST(the_attempt_after_the_limit_must_wait_for_the_windows_end);
    CPPUNIT_TEST(waiting_does_not_make_the_wait_longer);
    CPPUNIT_TEST(success_gives_the_account_back_but_not_the_address);
    CPPUNIT_TEST(a_cancelled_attempt_does_not_count);
    CPPUNIT_TEST(neighbours_in_ipv6_are_one_client);
    CPPUNIT_TEST(clients_without_an_address_are_not_one_client);
    CPPUNIT_TEST(a_full_table_lets_the_oldest_go);
    CPPUNIT_TEST(attempts_at_the_same_moment_are_counted_each);
    CPPUNIT_TEST(a_very_long_name_is_cut);
    CPPUNIT_TEST_SUITE_END();

public:
    void the_attempt_after_the_limit_must_wait_for_the_windows_end() {
        LoginThrottle throttle(2, seconds(60));
        const LoginThrottle::Client client("alice", "10.0.0.1");
        CPPUNIT_ASSERT(!throttle.begin(client, now_));
        CPPUNIT_ASSERT(!throttle.begin(client, now_ + seconds(59)));
        CPPUNIT_ASSERT(throttle.begin(client, now_ + milliseconds(59'500)) == seconds(1));
        CPPUNIT_ASSERT(throttle.begin(client, now_ + milliseconds(58'999)) == seconds(2));
        CPPUNIT_ASSERT(!throttle.begin(client, now_ + seconds(60)));
    }

    void waiting_does_not_make_the_wait_longer() {
        LoginThrottle throttle(1, seconds(60));
        const LoginThrottle::Client client("alice", "10.0.0.1");
        CPPUNIT_ASSERT(!throttle.begin(client, now_));
        for (int i = 1; i < 60; ++i)
            CPPUNIT_ASSERT(throttle.begin(client, now_ + seconds(i)) == seconds(60 - i));
        CPPUNIT_ASSERT(!throttle.begin(client, now_ + seconds(60)));
    }

    void success_gives_the_account_back_but_not_the_address() {
        LoginThrottle throttle(3, seconds(60));
        const LoginThrottle::Client own("mallory", "10.0.0.1");
        CPPUNIT_ASSERT(!throttle.begin(LoginThrottle::Client("alice", "10.0.0.1"), now_));
        CPPUNIT_ASSERT(!throttle.begin(LoginThrottle::Client("bob", "10.0.0.1"), now_));
        CPPUNIT_ASSERT(!throttle.begin(own, now_));
        throttle.succeed(own);
        CPPUNIT_ASSERT(!throttle.begin(LoginThrottle::Client("carol", "10.0.0.1"), now_));
        CPPUNIT_ASSERT(throttle.begin(LoginThrottle::Client("dave", "10.0.0.1"), now_));

        const LoginThrottle::Client elsewhere("alice", "10.0.0.2");
        CPPUNIT_ASSERT(!throttle.begin(elsewhere, now_));
        CPPUNIT_ASSERT(!throttle.begin(elsewhere, now_));
        throttle.succeed(elsewhere);
        const LoginThrottle::Client third("alice", "10.0.0.3");
        for (int i = 0; i < 3; ++i)
            CPPUNIT_ASSERT(!throttle.begin(third, now_));
        CPPUNIT_ASSERT(throttle.begin(third, now_));
    }

    void a_cancelled_attempt_does_not_count() {
        LoginThrottle throttle(1, seconds(60));
        const LoginThrottle::Client client("alice", "10.0.0.1");
        for (int i = 0; i < 5; ++i) {
            CPPUNIT_ASSERT(!throttle.begin(client, now_));
            throttle.cancel(client);
        }
        CPPUNIT_ASSERT(!throttle.begin(client, now_));
        CPPUNIT_ASSERT(throttle.begin(client, now_));
    }

    void neighbours_in_ipv6_are_one_client() {
        const auto address = [](const char* text) { return LoginThrottle::Client("a", text).address; };
        CPPUNIT_ASSERT_EQUAL(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::9"));
        CPPUNIT_ASSERT(address("2001:db8:1:2::1") != address("2001:db8:1:3::1"));
        CPPUNIT_ASSERT(address("::ffff:10.0.0.1") != address("::ffff:10.0.0.2"));
        CPPUNIT_ASSERT(address("10.0.0.1") != address("10.0.0.2"));
    }

    void clients_without_an_address_are_not_one_client() {
        LoginThrottle throttle(1, seconds(60));
        CPPUNIT_ASSERT(!throttle.begin(LoginThrottle::Client("alice", ""), now_));
        CPPUNIT_ASSERT(!throttle.begin(LoginThrottle::Client("bob", ""), now_));
        CPPUNIT_ASSERT(throttle.begin(LoginThrottle::Client("bob", ""), now_));
    }

    void a_full_table_lets_the_oldest_go() {
        FailureTable table(1, seconds(60), 3);
        for (const char* name : {"a", "b", "c", "d"})
            table.add(name, now_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, table.size());
        CPPUNIT_ASSERT(!table.wait("a", now_));
        CPPUNIT_ASSERT(table.wait("b", now_) && table.wait("d", now_));
        table.forget("c");
        CPPUNIT_ASSERT(!table.wait("c", now_));
        CPPUNIT_ASSERT(!table.wait("x", now_ + seconds(60)));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("what is over takes no room", std::size_t{0}, table.size());
    }

    void attempts_at_the_same_moment_are_counted_each() {
        LoginThrottle throttle(100, seconds(60));
        const LoginThrottle::Client client("alice", "10.0.0.1");
        std::atomic<int> let_through{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 50; ++i) {
                    if (!throttle.begin(client, now_)) ++let_through;
                }
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(100, let_through.load());
    }

    void a_very_long_name_is_cut() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{600},
                             LoginThrottle::Client(std::string(100'000, 'x'), "").account.size());
    }

private:
    const LoginThrottle::Clock::time_point now_{std::chrono::hours(1)};
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoginThrottleTest);

}  // namespace
}  // namespace zanhu::web
