#include "middleware/rate_table.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace zanhu::middleware {
namespace {

using namespace std::chrono_literals;

class RateTableTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(RateTableTest);
    CPPUNIT_TEST(as_many_as_the_rate_says_are_admitted_at_once);
    CPPUNIT_TEST(later_ones_are_admitted_evenly);
    CPPUNIT_TEST(a_refused_one_is_told_how_long_to_wait);
    CPPUNIT_TEST(a_refusal_costs_nothing);
    CPPUNIT_TEST(a_rate_of_none_limits_nothing);
    CPPUNIT_TEST(keys_are_counted_each_for_themselves);
    CPPUNIT_TEST(the_table_never_grows_beyond_its_bound);
    CPPUNIT_TEST(old_keys_make_room_for_new_ones);
    CPPUNIT_TEST_SUITE_END();

    using Outcome = RateTable::Outcome;
    const Rate::Clock::time_point start_ = Rate::Clock::time_point(1000h);
    Rate::Clock::duration wait_{};

    int admitted_of(RateTable& table, const std::string& key, int tries, Rate::Clock::time_point now) {
        int admitted = 0;
        for (int i = 0; i < tries; ++i)
            admitted += table.admit(key, now, wait_) == Outcome::admitted ? 1 : 0;
        return admitted;
    }

public:
    void as_many_as_the_rate_says_are_admitted_at_once() {
        for (const int count : {1, 2, 3, 7, 100}) {
            RateTable table(Rate(count, 10s), 1024);
            CPPUNIT_ASSERT_EQUAL(count, admitted_of(table, "a", count + 5, start_));
        }
    }

    void later_ones_are_admitted_evenly() {
        RateTable table(Rate(5, 10s), 1024);
        CPPUNIT_ASSERT_EQUAL(5, admitted_of(table, "a", 9, start_));
        CPPUNIT_ASSERT_EQUAL(0, admitted_of(table, "a", 9, start_ + 1999ms));
        CPPUNIT_ASSERT_EQUAL(1, admitted_of(table, "a", 9, start_ + 2s));
        CPPUNIT_ASSERT_EQUAL(2, admitted_of(table, "a", 9, start_ + 6s));
        CPPUNIT_ASSERT_EQUAL(5, admitted_of(table, "a", 9, start_ + 100s));
    }

    void a_refused_one_is_told_how_long_to_wait() {
        RateTable table(Rate(2, 10s), 1024);
        CPPUNIT_ASSERT_EQUAL(2, admitted_of(table, "a", 3, start_));
        CPPUNIT_ASSERT(wait_ == 5s);
        CPPUNIT_ASSERT(table.admit("a", start_ + 4s, wait_) == Outcome::refused && wait_ == 1s);
        CPPUNIT_ASSERT(table.admit("a", start_ + 5s, wait_) == Outcome::admitted);
    }

    void a_refusal_costs_nothing() {
        RateTable table(Rate(1, 10s), 1024);
        CPPUNIT_ASSERT_EQUAL(1, admitted_of(table, "a", 1000, start_));
        CPPUNIT_ASSERT_EQUAL(1, admitted_of(table, "a", 1, start_ + 10s));
    }

    void a_rate_of_none_limits_nothing() { CPPUNIT_ASSERT(!Rate(0, 10s).limits() && Rate(1, 10s).limits()); }

    void keys_are_counted_each_for_themselves() {
        RateTable table(Rate(1, 10s), 1024);
        for (int i = 0; i < 100; ++i)
            CPPUNIT_ASSERT_EQUAL(1, admitted_of(table, std::to_string(i), 3, start_));
        CPPUNIT_ASSERT_EQUAL(std::size_t(100), table.size());
    }

    void the_table_never_grows_beyond_its_bound() {
        RateTable table(Rate(1, 10s), 1024);
        int untracked = 0;
        for (int i = 0; i < 5000; ++i)
            untracked += table.admit(std::to_string(i), start_, wait_) == Outcome::untracked ? 1 : 0;
        CPPUNIT_ASSERT(table.size() <= 1024 + 16 && table.size() > 900);
        CPPUNIT_ASSERT_EQUAL(std::size_t(5000), table.size() + static_cast<std::size_t>(untracked));
        // Those who are in it are limited all the same.
        CPPUNIT_ASSERT(table.admit("0", start_, wait_) == Outcome::refused);
    }

    void old_keys_make_room_for_new_ones() {
        RateTable table(Rate(1, 10s), 1024);
        for (int i = 0; i < 5000; ++i)
            static_cast<void>(table.admit(std::to_string(i), start_, wait_));
        for (int i = 0; i < 500; ++i)
            CPPUNIT_ASSERT(table.admit("new" + std::to_string(i), start_ + 11s, wait_) == Outcome::admitted);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RateTableTest);

}  // namespace
}  // namespace zanhu::middleware
