#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <memory>

#include <zanhu/cancellation.h>

namespace zanhu {
namespace {

/// Counts its calls; may unregister another when it is called.
struct Waiter {
    Waiter() : callback(&Waiter::called, this) {}
    static void called(void* self) {
        auto& waiter = *static_cast<Waiter*>(self);
        ++waiter.calls;
        if (waiter.victim != nullptr) waiter.victim->callback.unregister();
        if (waiter.doomed != nullptr) waiter.doomed->reset();
    }
    CancelCallback callback;
    Waiter* victim = nullptr;
    std::unique_ptr<Waiter>* doomed = nullptr;
    int calls = 0;
};

class CancellationTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(CancellationTest);
    CPPUNIT_TEST(every_registered_callback_runs_once);
    CPPUNIT_TEST(one_that_was_unregistered_does_not_run);
    CPPUNIT_TEST(a_callback_may_unregister_or_destroy_another);
    CPPUNIT_TEST(a_destroyed_callback_leaves_the_list);
    CPPUNIT_TEST(a_token_of_nothing_is_never_cancelled);
    CPPUNIT_TEST(a_callback_can_register_again_elsewhere);
    CPPUNIT_TEST_SUITE_END();

public:
    void every_registered_callback_runs_once() {
        CancelSource source;
        const CancelToken token = source.token();
        std::array<Waiter, 5> waiters;
        for (Waiter& waiter : waiters)
            token.register_callback(waiter.callback);
        CPPUNIT_ASSERT(!token.cancelled());
        source.cancel();
        source.cancel();
        CPPUNIT_ASSERT(token.cancelled() && source.cancelled());
        for (const Waiter& waiter : waiters)
            CPPUNIT_ASSERT_EQUAL(1, waiter.calls);
    }

    void one_that_was_unregistered_does_not_run() {
        CancelSource source;
        std::array<Waiter, 3> waiters;
        for (Waiter& waiter : waiters)
            source.token().register_callback(waiter.callback);
        waiters[1].callback.unregister();
        waiters[1].callback.unregister();
        source.cancel();
        CPPUNIT_ASSERT_EQUAL(1, waiters[0].calls);
        CPPUNIT_ASSERT_EQUAL(0, waiters[1].calls);
        CPPUNIT_ASSERT_EQUAL(1, waiters[2].calls);
    }

    void a_callback_may_unregister_or_destroy_another() {
        for (const bool first_kills : {false, true}) {
            CancelSource source;
            Waiter one;
            auto two = std::make_unique<Waiter>();
            auto three = std::make_unique<Waiter>();
            source.token().register_callback(one.callback);
            source.token().register_callback(two->callback);
            source.token().register_callback(three->callback);
            // Callbacks run from the last registered to the first.
            if (first_kills) {
                three->doomed = &two;
            } else {
                three->victim = two.get();
            }
            source.cancel();
            CPPUNIT_ASSERT_EQUAL(1, one.calls);
            CPPUNIT_ASSERT(two == nullptr || two->calls == 0);
        }
    }

    void a_destroyed_callback_leaves_the_list() {
        CancelSource source;
        Waiter stays;
        source.token().register_callback(stays.callback);
        {
            Waiter goes;
            source.token().register_callback(goes.callback);
        }
        source.cancel();
        CPPUNIT_ASSERT_EQUAL(1, stays.calls);
    }

    void a_token_of_nothing_is_never_cancelled() {
        const CancelToken token;
        Waiter waiter;
        token.register_callback(waiter.callback);
        CPPUNIT_ASSERT(!token.cancelled());
        waiter.callback.unregister();
        CPPUNIT_ASSERT_EQUAL(0, waiter.calls);
    }

    void a_callback_can_register_again_elsewhere() {
        CancelSource first;
        CancelSource second;
        Waiter waiter;
        first.token().register_callback(waiter.callback);
        first.cancel();
        second.token().register_callback(waiter.callback);
        second.cancel();
        CPPUNIT_ASSERT_EQUAL(2, waiter.calls);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CancellationTest);

}  // namespace
}  // namespace zanhu
