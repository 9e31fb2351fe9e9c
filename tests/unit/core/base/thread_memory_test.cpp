#include "core/base/thread_memory.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <malloc.h>

#include <cstddef>
#include <cstdlib>
#include <vector>

namespace zanhu {
namespace {

constexpr std::size_t k_sizes = 64;
constexpr std::size_t k_blocks = 7;

class ThreadMemoryTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ThreadMemoryTest);
    CPPUNIT_TEST(what_this_thread_has_freed_goes_back_to_the_allocator);
    CPPUNIT_TEST_SUITE_END();

public:
    void what_this_thread_has_freed_goes_back_to_the_allocator() {
        const std::size_t at_first = ::mallinfo2().uordblks;
        std::size_t freed = 0;
        std::vector<void*> blocks;
        blocks.reserve(k_sizes * k_blocks);
        for (std::size_t i = 0; i < k_sizes * k_blocks; ++i) {
            const std::size_t size = 24 + 16 * (i % k_sizes);
            blocks.push_back(std::malloc(size));
            freed += size;
        }
        const bool is_glibc = ::mallinfo2().uordblks > at_first;  // and no sanitizer's allocator
        for (void* block : blocks)
            std::free(block);
        const std::size_t in_use = ::mallinfo2().uordblks;
        free_thread_memory();
        // Its own thread, and others, may take a little meanwhile.
        CPPUNIT_ASSERT(!is_glibc || ::mallinfo2().uordblks + freed / 2 <= in_use);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ThreadMemoryTest);

}  // namespace
}  // namespace zanhu
