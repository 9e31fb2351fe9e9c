#include "core/base/metrics.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace zanhu {
namespace {

constexpr double k_bounds[] = {0.001, 0.01, 1};

Counter counted("aaa_metrics_test_total", "Counted by the test of counters");
Gauge present("aaa_metrics_test_present", "What is there in the test of gauges");
Histogram took("aaa_metrics_test_seconds", "What took time in the test of histograms", k_bounds);

class MetricsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(MetricsTest);
    CPPUNIT_TEST(counts_of_several_threads_add_up_also_after_their_end);
    CPPUNIT_TEST(a_gauge_goes_down_on_another_thread_than_up);
    CPPUNIT_TEST(a_gauge_is_never_shown_below_zero);
    CPPUNIT_TEST(a_histogram_puts_each_duration_into_one_bucket);
    CPPUNIT_TEST(the_same_name_and_labels_are_the_same_metric);
    CPPUNIT_TEST(one_name_cannot_be_two_kinds);
    CPPUNIT_TEST(one_name_cannot_have_two_sets_of_bounds);
    CPPUNIT_TEST(every_metric_is_listed_once_in_order);
    CPPUNIT_TEST(counters_and_only_they_end_in_total);
    CPPUNIT_TEST_SUITE_END();

public:
    void counts_of_several_threads_add_up_also_after_their_end() {
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
        counted.add();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(8001), counted.value() - before);
    }

    void a_gauge_goes_down_on_another_thread_than_up() {
        present.add(5);
        std::thread([] { present.take(3); }).join();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), present.value());
        present.take(2);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), present.value());
    }

    void a_gauge_is_never_shown_below_zero() {
        present.take(7);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), present.value());
        present.add(7);
    }

    void a_histogram_puts_each_duration_into_one_bucket() {
        using std::chrono::milliseconds;
        took.observe(milliseconds(-1));
        took.observe(milliseconds(1));
        took.observe(std::chrono::microseconds(1001));
        took.observe(milliseconds(500));
        took.observe(std::chrono::seconds(2));
        const Metric& metric = find("aaa_metrics_test_seconds");
        CPPUNIT_ASSERT((std::vector<std::uint64_t>{2, 1, 1, 1} == metric.buckets()));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(5), metric.value());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(2.502001, metric.sum(), 1e-9);
    }

    void the_same_name_and_labels_are_the_same_metric() {
        Counter one("aaa_metrics_same_total", "The same", "which=\"one\"");
        Counter again("aaa_metrics_same_total", "The same", "which=\"one\"");
        Counter other("aaa_metrics_same_total", "The same", "which=\"two\"");
        one.add();
        again.add();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(2), one.value());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(0), other.value());
        CPPUNIT_ASSERT_EQUAL(std::string("aaa_metrics_same_total{which=\"one\"}"),
                             find("aaa_metrics_same_total").title());
    }

    void one_name_cannot_be_two_kinds() {
        CPPUNIT_ASSERT_THROW(Gauge("aaa_metrics_test_total", "A counter"), std::logic_error);
        CPPUNIT_ASSERT_THROW(Gauge("aaa_metrics_test_total", "A counter", "other=\"labels\""),
                             std::logic_error);
    }

    void one_name_cannot_have_two_sets_of_bounds() {
        static constexpr double k_same[] = {0.001, 0.01, 1};
        static constexpr double k_more[] = {0.001, 0.01, 1, 2};
        static constexpr double k_different[] = {0.001, 0.02, 1};
        const char* name = "aaa_metrics_test_seconds";
        const char* help = "What took time in the test of histograms";
        const auto count = all_metrics().size();
        Histogram same(name, help, k_same);
        for (const std::span<const double> other :
             {std::span<const double>(k_more), std::span<const double>(k_different)}) {
            CPPUNIT_ASSERT_THROW(Histogram(name, help, other), std::logic_error);
            CPPUNIT_ASSERT_THROW(Histogram(name, help, other, "which=\"one\""), std::logic_error);
        }
        CPPUNIT_ASSERT_EQUAL(count, all_metrics().size());
    }

    void every_metric_is_listed_once_in_order() {
        std::vector<std::pair<std::string, std::string>> names;
        for (const Metric* metric : all_metrics())
            names.emplace_back(metric->name(), metric->labels());
        CPPUNIT_ASSERT(std::is_sorted(names.begin(), names.end()));
        CPPUNIT_ASSERT(std::adjacent_find(names.begin(), names.end()) == names.end());
    }

    void counters_and_only_they_end_in_total() {
        for (const Metric* metric : all_metrics()) {
            const bool total = metric->name().ends_with("_total");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(metric->name(), metric->kind() == MetricKind::counter, total);
            CPPUNIT_ASSERT_MESSAGE(metric->name(), !metric->help().empty());
        }
    }

private:
    static const Metric& find(const std::string& name) {
        for (const Metric* metric : all_metrics()) {
            if (metric->name() == name) return *metric;
        }
        throw std::logic_error("no metric " + name);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MetricsTest);

}  // namespace
}  // namespace zanhu
