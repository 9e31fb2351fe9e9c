#include "core/base/metrics.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace zanhu {
namespace {

Counter counted("aaa_metrics_test_total", "Counted by the test of counters");

class CounterTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(CounterTest);
    CPPUNIT_TEST(counts_of_several_threads_add_up);
    CPPUNIT_TEST(every_counter_is_listed_once_in_order_of_name);
    CPPUNIT_TEST_SUITE_END();

public:
    void counts_of_several_threads_add_up() {
        const auto before = counted.value();
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([] {
                for (int i = 0; i < 1000; ++i)
                    counted.add(2);
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(8000), counted.value() - before);
    }

    void every_counter_is_listed_once_in_order_of_name() {
        const auto counters = all_counters();
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t(1), std::count(counters.begin(), counters.end(), &counted));
        std::vector<std::string> names;
        for (const Counter* counter : counters)
            names.emplace_back(counter->name());
        CPPUNIT_ASSERT(std::is_sorted(names.begin(), names.end()));
        CPPUNIT_ASSERT(std::adjacent_find(names.begin(), names.end()) == names.end());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CounterTest);

}  // namespace
}  // namespace zanhu
