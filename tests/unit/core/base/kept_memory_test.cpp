#include "core/base/kept_memory.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <memory>

#include <zanhu/worker_pool.h>

namespace zanhu {
namespace {

class KeptMemoryTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(KeptMemoryTest);
    CPPUNIT_TEST(all_that_live_are_asked_and_no_others);
    CPPUNIT_TEST(a_pool_that_is_asked_for_its_memory_asks_them);
    CPPUNIT_TEST_SUITE_END();

public:
    void all_that_live_are_asked_and_no_others() {
        int first = 0;
        int second = 0;
        const KeptMemory lives([&first] { ++first; });
        auto goes = std::make_unique<KeptMemory>([&second] { ++second; });
        KeptMemory::let_go_of_all();
        goes.reset();
        KeptMemory::let_go_of_all();
        CPPUNIT_ASSERT_EQUAL(2, first);
        CPPUNIT_ASSERT_EQUAL(1, second);
    }
    void a_pool_that_is_asked_for_its_memory_asks_them() {
        std::atomic<int> asked{0};
        const KeptMemory kept([&asked] {
            ++asked;
            asked.notify_one();
        });
        const WorkerPool pool("test", 1, 1);
        WorkerPool::free_memory_of_all();
        asked.wait(0);
        CPPUNIT_ASSERT(asked >= 1);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeptMemoryTest);

}  // namespace
}  // namespace zanhu
