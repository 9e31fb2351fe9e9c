#include "core/base/shrink_buckets.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstddef>
#include <unordered_map>

namespace zanhu {
namespace {

class ShrinkBucketsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ShrinkBucketsTest);
    CPPUNIT_TEST(a_crowd_that_has_gone_leaves_no_buckets);
    CPPUNIT_TEST(a_table_that_is_in_use_keeps_its_buckets);
    CPPUNIT_TEST(what_stays_is_found_under_its_key_and_at_its_address);
    CPPUNIT_TEST_SUITE_END();

    using Table = std::unordered_map<std::size_t, std::size_t>;
    static constexpr std::size_t k_crowd = 10'000;

    static Table crowd() {
        Table table;
        for (std::size_t i = 0; i < k_crowd; ++i)
            table.emplace(i, i * i);
        return table;
    }
    static void leave(Table& table, std::size_t stay) {
        for (std::size_t i = stay; i < k_crowd; ++i) {
            table.erase(i);
            shrink_buckets(table);
        }
    }

public:
    void a_crowd_that_has_gone_leaves_no_buckets() {
        Table table = crowd();
        leave(table, 0);
        CPPUNIT_ASSERT(table.bucket_count() <= 256);
    }
    void a_table_that_is_in_use_keeps_its_buckets() {
        Table table = crowd();
        const std::size_t buckets = table.bucket_count();
        leave(table, k_crowd / 2);
        CPPUNIT_ASSERT_EQUAL(buckets, table.bucket_count());
    }
    void what_stays_is_found_under_its_key_and_at_its_address() {
        Table table = crowd();
        const std::size_t* const third = &table.at(3);
        leave(table, 10);
        for (std::size_t i = 0; i < 10; ++i)
            CPPUNIT_ASSERT_EQUAL(i * i, table.at(i));
        CPPUNIT_ASSERT_EQUAL(third, static_cast<const std::size_t*>(&table.at(3)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ShrinkBucketsTest);

}  // namespace
}  // namespace zanhu
