#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <thread>

#include <zanhu/errors.h>
#include <zanhu/next_turn.h>

#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

using std::chrono::milliseconds;

Task<int> nap(EventLoop& loop, CancelToken token, bool& woken) {
    try {
        co_await loop.sleep_for(milliseconds(1000), token);
        woken = true;
    } catch (const Cancelled&) {
        co_return -1;
    }
    co_return 1;
}

Task<EventLoop*> loop_of_this_turn(EventLoop& loop) {
    NextTurn turn(loop);
    co_await turn;
    co_return EventLoop::current();
}

Task<void> fail() {
    throw std::runtime_error("from within");
    co_return;
}

class TestLoopTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(TestLoopTest);
    CPPUNIT_TEST(a_sleeper_wakes_when_the_clock_has_moved_that_far);
    CPPUNIT_TEST(a_cancelled_sleeper_wakes_at_once);
    CPPUNIT_TEST(a_sleeper_on_the_real_clock_wakes_by_itself);
    CPPUNIT_TEST(another_thread_may_post);
    CPPUNIT_TEST(it_is_the_current_loop_only_while_it_runs);
    CPPUNIT_TEST(an_exception_of_the_task_comes_out);
    CPPUNIT_TEST(waiting_for_what_never_happens_ends_with_an_error);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_sleeper_wakes_when_the_clock_has_moved_that_far() {
        TestLoop loop;
        bool woken = false;
        Task<int> task = nap(loop, CancelToken(), woken);
        task.start([](void*) {}, nullptr);
        loop.advance(milliseconds(999));
        loop.run_pending();
        CPPUNIT_ASSERT(!woken);
        loop.advance(milliseconds(1));
        loop.run_pending();
        CPPUNIT_ASSERT(woken && task.done());
    }

    void a_cancelled_sleeper_wakes_at_once() {
        TestLoop loop;
        CancelSource source;
        bool woken = false;
        loop.post([&source] { source.cancel(); });
        Task<int> task = nap(loop, source.token(), woken);
        task.start([](void*) {}, nullptr);
        loop.run_until([&task] { return task.done(); });
        CPPUNIT_ASSERT_EQUAL(-1, task.result());
        CPPUNIT_ASSERT(!woken);
        CPPUNIT_ASSERT_EQUAL(-1, loop.run(nap(loop, source.token(), woken)));
    }

    void a_sleeper_on_the_real_clock_wakes_by_itself() {
        TestLoop loop(TestLoop::Time::real);
        bool woken = false;
        const auto before = loop.now();
        CPPUNIT_ASSERT_EQUAL(1, loop.run(nap(loop, CancelToken(), woken)));
        CPPUNIT_ASSERT(loop.now() - before >= milliseconds(1000));
    }

    void another_thread_may_post() {
        TestLoop loop;
        int count = 0;
        std::thread thread([&] {
            for (int i = 0; i < 100; ++i)
                loop.post([&count] { ++count; });
        });
        loop.run_until([&count] { return count == 100; });
        thread.join();
        CPPUNIT_ASSERT_EQUAL(100, count);
    }

    void it_is_the_current_loop_only_while_it_runs() {
        TestLoop loop;
        CPPUNIT_ASSERT(EventLoop::current() == nullptr);
        CPPUNIT_ASSERT(loop.run(loop_of_this_turn(loop)) == &loop);
        CPPUNIT_ASSERT(EventLoop::current() == nullptr);
    }

    void an_exception_of_the_task_comes_out() {
        TestLoop loop;
        CPPUNIT_ASSERT_THROW_MESSAGE("from within", loop.run(fail()), std::runtime_error);
    }

    void waiting_for_what_never_happens_ends_with_an_error() {
        TestLoop loop;
        CPPUNIT_ASSERT_THROW(loop.run_until([] { return false; }, std::chrono::seconds(0)),
                             std::runtime_error);
        CPPUNIT_ASSERT(EventLoop::current() == nullptr);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TestLoopTest);

}  // namespace
}  // namespace zanhu::test
