#include "core/base/exposition.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cmath>
#include <string>

namespace zanhu {
namespace {

constexpr double k_bounds[] = {0.5, 2};

class ExpositionTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ExpositionTest);
    CPPUNIT_TEST(a_family_has_its_help_and_type_once);
    CPPUNIT_TEST(what_would_break_a_line_is_escaped);
    CPPUNIT_TEST(numbers_are_as_prometheus_reads_them);
    CPPUNIT_TEST(buckets_of_a_histogram_add_up);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_family_has_its_help_and_type_once() {
        Exposition exposition;
        exposition.family("things", MetricKind::gauge, "Things there are");
        exposition.sample(std::int64_t{3}, "kind=\"a\"");
        exposition.sample(0.25, "kind=\"b\"");
        exposition.single("runs_total", MetricKind::counter, "Runs", std::int64_t{1});
        CPPUNIT_ASSERT_EQUAL(std::string("# HELP things Things there are\n# TYPE things gauge\n"
                                         "things{kind=\"a\"} 3\nthings{kind=\"b\"} 0.25\n"
                                         "# HELP runs_total Runs\n# TYPE runs_total counter\nruns_total 1\n"),
                             exposition.text());
    }

    void what_would_break_a_line_is_escaped() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"("a\"b\\c\nd")"), quoted_label("a\"b\\c\nd"));
        Exposition exposition;
        exposition.family("things", MetricKind::gauge, "a \"b\" \\ \n c");
        CPPUNIT_ASSERT_EQUAL(std::string("# HELP things a \"b\" \\\\ \\n c\n# TYPE things gauge\n"),
                             exposition.text());
    }

    void numbers_are_as_prometheus_reads_them() {
        CPPUNIT_ASSERT_EQUAL(std::string("x 1e+20\n"), sample(1e20));
        CPPUNIT_ASSERT_EQUAL(std::string("x 0.1\n"), sample(0.1));
        CPPUNIT_ASSERT_EQUAL(std::string("x NaN\n"), sample(std::nan("")));
        CPPUNIT_ASSERT_EQUAL(std::string("x +Inf\n"), sample(HUGE_VAL));
        CPPUNIT_ASSERT_EQUAL(std::string("x -Inf\n"), sample(-HUGE_VAL));
    }

    void buckets_of_a_histogram_add_up() {
        Histogram histogram("aab_exposition_seconds", "Of the test", k_bounds, "of=\"test\"");
        histogram.observe(std::chrono::milliseconds(250));
        histogram.observe(std::chrono::seconds(1));
        histogram.observe(std::chrono::seconds(3));
        Exposition exposition;
        exposition.metrics("zanhu_");
        const std::string expected =
            "# HELP zanhu_aab_exposition_seconds Of the test\n# TYPE zanhu_aab_exposition_seconds histogram\n"
            "zanhu_aab_exposition_seconds_bucket{of=\"test\",le=\"0.5\"} 1\n"
            "zanhu_aab_exposition_seconds_bucket{of=\"test\",le=\"2\"} 2\n"
            "zanhu_aab_exposition_seconds_bucket{of=\"test\",le=\"+Inf\"} 3\n"
            "zanhu_aab_exposition_seconds_sum{of=\"test\"} 4.25\n"
            "zanhu_aab_exposition_seconds_count{of=\"test\"} 3\n";
        CPPUNIT_ASSERT_MESSAGE(exposition.text(), exposition.text().find(expected) != std::string::npos);
    }

private:
    static std::string sample(double value) {
        Exposition exposition;
        exposition.family("x", MetricKind::gauge, "x");
        const std::size_t head = exposition.text().size();
        exposition.sample(value);
        return exposition.text().substr(head);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExpositionTest);

}  // namespace
}  // namespace zanhu
