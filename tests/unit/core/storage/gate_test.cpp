#include "core/storage/gate.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using zanhu::storage::Gate;
using zanhu::storage::GateHold;

class GateTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(GateTest);
    CPPUNIT_TEST(lets_in_as_many_as_there_are_places);
    CPPUNIT_TEST(lets_the_next_one_in_when_somebody_leaves);
    CPPUNIT_TEST(never_has_more_inside_than_places);
    CPPUNIT_TEST_SUITE_END();

    void lets_in_as_many_as_there_are_places() {
        Gate gate(2);
        CPPUNIT_ASSERT(gate.enter(0ms));
        CPPUNIT_ASSERT(gate.enter(0ms));
        CPPUNIT_ASSERT(!gate.enter(1ms));
        gate.leave();
        CPPUNIT_ASSERT(gate.enter(0ms));
    }

    void lets_the_next_one_in_when_somebody_leaves() {
        Gate gate(1);
        CPPUNIT_ASSERT(gate.enter(0ms));
        std::atomic<bool> entered = false;
        std::thread next([&] { entered = gate.enter(1h); });
        gate.leave();
        next.join();
        CPPUNIT_ASSERT(entered);
    }

    void never_has_more_inside_than_places() {
        Gate gate(2);
        std::atomic<int> inside = 0;
        std::atomic<int> most = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int round = 0; round < 500; ++round) {
                    if (!gate.enter(1h)) continue;
                    const GateHold hold(gate);
                    const int now = ++inside;
                    int seen = most;
                    while (seen < now && !most.compare_exchange_weak(seen, now)) {
                    }
                    --inside;
                }
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        CPPUNIT_ASSERT(most >= 1 && most <= 2);
        CPPUNIT_ASSERT(gate.enter(0ms) && gate.enter(0ms) && !gate.enter(0ms));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GateTest);

}  // namespace
