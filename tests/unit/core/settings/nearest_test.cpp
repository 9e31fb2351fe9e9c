#include "core/settings/nearest.h"

#include <cppunit/extensions/HelperMacros.h>

#include <vector>

namespace zanhu::settings {
namespace {

class NearestTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(NearestTest);
    CPPUNIT_TEST(distance_counts_changes_and_swaps_without_case);
    CPPUNIT_TEST(the_nearest_candidate_wins);
    CPPUNIT_TEST(nothing_near_is_no_hint);
    CPPUNIT_TEST_SUITE_END();

    void distance_counts_changes_and_swaps_without_case() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, edit_distance("Loops", "loops"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, edit_distance("lops", "loops"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, edit_distance("loosp", "loops"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, edit_distance("kitten", "sitting"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, edit_distance("", "four"));
    }

    void the_nearest_candidate_wins() {
        const std::vector<std::string> names{"head_timeout", "body_timeout", "max_fields"};
        CPPUNIT_ASSERT_EQUAL(std::string("body_timeout"), nearest("boddy_timeout", names));
        CPPUNIT_ASSERT_EQUAL(std::string("max_fields"), nearest("max_field", names));
    }

    void nothing_near_is_no_hint() {
        const std::vector<std::string> names{"loops", "listen"};
        CPPUNIT_ASSERT_EQUAL(std::string(), nearest("colour", names));
        CPPUNIT_ASSERT_EQUAL(std::string(), nearest(std::string(100'000, 'l'), names));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NearestTest);

}  // namespace
}  // namespace zanhu::settings
