#include "core/base/across_loops.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <stdexcept>
#include <vector>

#include "tests/unit/loop_thread.h"

namespace zanhu {
namespace {

using Loops = std::vector<EventLoop*>;

/// How often a job ran, how often on a thread that was not its loop's, and whether the caller went on at
/// home.
struct Visits {
    std::atomic<int> runs{0};
    std::atomic<int> strays{0};
    bool came_home = false;
};

Task<std::size_t> visit(Loops loops, Visits& visits, EventLoop* thrower) {
    EventLoop* home = EventLoop::current();
    auto job = [&visits, thrower](EventLoop& loop) -> std::size_t {
        ++visits.runs;
        if (EventLoop::current() != &loop) ++visits.strays;
        if (&loop == thrower) throw std::runtime_error("there");
        return 10;
    };
    std::size_t total = 0;
    try {
        total = co_await on_loops(std::move(loops), job);
    } catch (const std::runtime_error&) {
        visits.came_home = EventLoop::current() == home;
        throw;
    }
    visits.came_home = EventLoop::current() == home;
    co_return total;
}

class AcrossLoopsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(AcrossLoopsTest);
    CPPUNIT_TEST(a_job_runs_on_each_loop_and_the_results_are_added);
    CPPUNIT_TEST(no_loops_are_no_wait);
    CPPUNIT_TEST(an_exception_on_any_loop_comes_home_after_all_have_ended);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_job_runs_on_each_loop_and_the_results_are_added() {
        EventLoop& here = home_.loop;
        EventLoop& there = other_.loop;
        for (const Loops& loops : {Loops{&here}, Loops{&there}, Loops{&here, &there}}) {
            for (int i = 0; i < 100; ++i) {
                Visits visits;
                const auto total = home_.run([&] { return visit(loops, visits, nullptr); });
                CPPUNIT_ASSERT_EQUAL(loops.size() * 10, total);
                CPPUNIT_ASSERT_EQUAL(static_cast<int>(loops.size()), visits.runs.load());
                CPPUNIT_ASSERT_EQUAL(0, visits.strays.load());
                CPPUNIT_ASSERT(visits.came_home);
            }
        }
    }

    void no_loops_are_no_wait() {
        Visits visits;
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), home_.run([&] { return visit({}, visits, nullptr); }));
        CPPUNIT_ASSERT_EQUAL(0, visits.runs.load());
    }

    void an_exception_on_any_loop_comes_home_after_all_have_ended() {
        EventLoop& here = home_.loop;
        EventLoop& there = other_.loop;
        for (EventLoop* thrower : {&here, &there}) {
            Visits visits;
            CPPUNIT_ASSERT_THROW(home_.run([&] {
                return visit({&there, &here}, visits, thrower);
            }),
                                 std::runtime_error);
            CPPUNIT_ASSERT_EQUAL(2, visits.runs.load());
            CPPUNIT_ASSERT(visits.came_home);
        }
    }

private:
    test::LoopThread home_;
    test::LoopThread other_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AcrossLoopsTest);

}  // namespace
}  // namespace zanhu
