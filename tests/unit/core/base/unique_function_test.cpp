#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <zanhu/unique_function.h>

namespace zanhu {
namespace {

/// A callable of a given size that holds a share of something, so that lost and double destructions show.
template <std::size_t Size>
struct Callable {
    explicit Callable(std::shared_ptr<int> s) : shared(std::move(s)) {}
    void operator()() { ++*shared; }
    std::shared_ptr<int> shared;
    char padding[Size] = {};
};

struct alignas(64) Aligned {
    explicit Aligned(bool& flag) : aligned(flag) {}
    void operator()() const { aligned = reinterpret_cast<std::uintptr_t>(this) % 64 == 0; }
    bool& aligned;
};

class UniqueFunctionTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(UniqueFunctionTest);
    CPPUNIT_TEST(small_callables_are_called_moved_and_freed_once);
    CPPUNIT_TEST(large_callables_are_called_moved_and_freed_once);
    CPPUNIT_TEST(move_only_captures_are_welcome);
    CPPUNIT_TEST(it_can_be_called_more_than_once);
    CPPUNIT_TEST(an_empty_one_says_so);
    CPPUNIT_TEST(assignment_frees_what_was_held);
    CPPUNIT_TEST(an_overaligned_callable_stays_aligned);
    CPPUNIT_TEST_SUITE_END();

public:
    void small_callables_are_called_moved_and_freed_once() { exercise<Callable<16>>(); }
    void large_callables_are_called_moved_and_freed_once() { exercise<Callable<200>>(); }

    void move_only_captures_are_welcome() {
        std::string seen;
        auto text = std::make_unique<std::string>("moved");
        UniqueFunction function([text = std::move(text), &seen] { seen = *text; });
        UniqueFunction other(std::move(function));
        other();
        CPPUNIT_ASSERT_EQUAL(std::string("moved"), seen);
    }

    void it_can_be_called_more_than_once() {
        int calls = 0;
        UniqueFunction function([&calls] { ++calls; });
        function();
        function();
        CPPUNIT_ASSERT_EQUAL(2, calls);
    }

    void an_empty_one_says_so() {
        UniqueFunction empty;
        CPPUNIT_ASSERT(!empty);
        UniqueFunction full([] {});
        CPPUNIT_ASSERT(full);
        empty = std::move(full);
        CPPUNIT_ASSERT(empty && !full);
    }

    void assignment_frees_what_was_held() {
        const auto one = std::make_shared<int>(0);
        const auto two = std::make_shared<int>(0);
        UniqueFunction function{Callable<16>(one)};
        function = UniqueFunction(Callable<200>(two));
        CPPUNIT_ASSERT_EQUAL(1L, one.use_count());
        UniqueFunction& same = function;
        function = std::move(same);
        function();
        CPPUNIT_ASSERT_EQUAL(1, *two);
        function = UniqueFunction();
        CPPUNIT_ASSERT_EQUAL(1L, two.use_count());
    }

    void an_overaligned_callable_stays_aligned() {
        for (int i = 0; i < 8; ++i) {
            bool aligned = false;
            std::vector<UniqueFunction> functions;
            for (int j = 0; j <= i; ++j)
                functions.emplace_back(Aligned(aligned));
            functions.back()();
            CPPUNIT_ASSERT(aligned);
        }
    }

private:
    template <class C>
    static void exercise() {
        const auto shared = std::make_shared<int>(0);
        {
            UniqueFunction function{C(shared)};
            std::vector<UniqueFunction> many;
            many.push_back(std::move(function));
            for (int i = 0; i < 20; ++i)
                many.emplace_back(C(shared));
            CPPUNIT_ASSERT_EQUAL(22L, shared.use_count());
            for (UniqueFunction& each : many)
                each();
            CPPUNIT_ASSERT_EQUAL(21, *shared);
        }
        CPPUNIT_ASSERT_EQUAL(1L, shared.use_count());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UniqueFunctionTest);

}  // namespace
}  // namespace zanhu
