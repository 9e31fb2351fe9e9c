#include "core/net/timer_wheel.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <sstream>
#include <vector>

namespace zanhu::net {
namespace {

/// A wheel beside a plain list of deadlines: after every step both must agree on who has fired.
class Model {
public:
    Model(std::uint32_t seed, std::uint64_t start, std::size_t timers)
        : random_(seed), now_(start), wheel_(start) {
        for (std::size_t i = 0; i < timers; ++i)
            entries_.push_back(std::make_unique<Entry>(*this));
    }

    /// One random change and one random step of time.
    void step() {
        for (auto changes = below(4); changes > 0; --changes)
            change_one();
        now_ += jump();
        advance();
    }

    void advance() {
        CPPUNIT_ASSERT(wheel_.next_wake_ms() <= earliest_tick());
        inside_ = true;
        wheel_.advance(now_);
        inside_ = false;
        for (const auto& entry : entries_) {
            // Time is counted in ticks: one tick late is in time, a millisecond early is not.
            if (entry->timer.scheduled() != entry->waiting) fail("a timer and the model disagree");
            if (entry->waiting && entry->deadline + TimerWheel::k_tick_ms <= now_) fail("a timer is late");
        }
        const bool none =
            std::none_of(entries_.begin(), entries_.end(), [](const auto& e) { return e->waiting; });
        if (!none && wheel_.next_wake_ms() == TimerWheel::k_never) fail("it would sleep for ever");
    }

    std::uint64_t fired() const { return fired_; }
    std::uint64_t now() const { return now_; }

private:
    struct Entry {
        explicit Entry(Model& m) : model(m), timer(&Entry::fire, this) {}
        static void fire(void* self) {
            auto& entry = *static_cast<Entry*>(self);
            entry.model.on_fire(entry);
        }
        Model& model;
        Timer timer;
        std::uint64_t deadline = 0;
        bool waiting = false;
    };

    void on_fire(Entry& entry) {
        if (!entry.waiting) fail("one fired that was not scheduled");
        if (entry.deadline > now_) fail("one fired early");
        if (entry.timer.scheduled()) fail("one is still scheduled while it fires");
        entry.waiting = false;
        ++fired_;
        if (below(3) == 0) change_one();
        if (below(8) == 0) schedule(entry);
    }
    void change_one() {
        Entry& entry = *entries_[below(entries_.size())];
        if (below(4) == 0) {
            entry.timer.cancel();
            entry.waiting = false;
        } else {
            schedule(entry);
        }
    }
    void schedule(Entry& entry) {
        // Within a walk through passed time what is due already would fire in the same walk: keep it out.
        entry.deadline = now_ + (inside_ ? TimerWheel::k_tick_ms : 0) + delay();
        entry.waiting = true;
        wheel_.schedule(entry.timer, entry.deadline);
    }
    std::uint64_t delay() {
        static constexpr std::uint64_t k_ranges[] = {
            1, 20, 2'000, 2'100, 130'000, 132'000, 9'000'000, 30'000'000};
        return below(k_ranges[below(std::size(k_ranges))]);
    }
    std::uint64_t jump() {
        static constexpr std::uint64_t k_ranges[] = {1, 9, 9, 100, 2'500, 140'000, 10'000'000};
        return below(k_ranges[below(std::size(k_ranges))]);
    }
    std::uint64_t earliest_tick() const {
        std::uint64_t earliest = TimerWheel::k_never;
        for (const auto& entry : entries_) {
            if (entry->waiting) earliest = std::min(earliest, entry->deadline + TimerWheel::k_tick_ms);
        }
        return earliest;
    }
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    void fail(const char* what) const {
        std::ostringstream text;
        text << what << " at " << now_;
        CPPUNIT_FAIL(text.str());
    }

    std::mt19937 random_;
    std::uint64_t now_;
    TimerWheel wheel_;
    std::vector<std::unique_ptr<Entry>> entries_;
    std::uint64_t fired_ = 0;
    bool inside_ = false;
};

struct Counting {
    Counting() : timer([](void* self) { ++static_cast<Counting*>(self)->fired; }, this) {}
    Timer timer;
    int fired = 0;
};

class TimerWheelTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(TimerWheelTest);
    CPPUNIT_TEST(random_schedules_fire_as_a_plain_list_says);
    CPPUNIT_TEST(every_distance_fires_in_time_whatever_the_start);
    CPPUNIT_TEST(a_wheel_that_slept_does_not_walk_through_what_passed);
    CPPUNIT_TEST(next_wake_leads_to_every_timer_without_oversleeping);
    CPPUNIT_TEST(a_destroyed_timer_does_not_fire);
    CPPUNIT_TEST(a_timer_of_zero_that_renews_itself_does_not_hold_the_loop);
    CPPUNIT_TEST_SUITE_END();

public:
    void random_schedules_fire_as_a_plain_list_says() {
        std::uint64_t fired = 0;
        for (std::uint32_t seed = 1; seed <= 60; ++seed) {
            Model model(seed, seed * 7'919'123ULL, 1 + seed % 40);
            for (int i = 0; i < 300; ++i)
                model.step();
            fired += model.fired();
        }
        CPPUNIT_ASSERT(fired > 10'000);
    }

    void every_distance_fires_in_time_whatever_the_start() {
        for (const std::uint64_t start : {0ULL, 8ULL, 2'040ULL, 131'064ULL, 131'072ULL, 8'388'600ULL}) {
            for (const std::uint64_t distance : {1ULL,
                                                 7ULL,
                                                 8ULL,
                                                 9ULL,
                                                 2'039ULL,
                                                 2'040ULL,
                                                 2'048ULL,
                                                 131'063ULL,
                                                 131'072ULL,
                                                 131'080ULL,
                                                 8'388'599ULL,
                                                 8'388'608ULL,
                                                 9'000'000ULL}) {
                TimerWheel wheel(start);
                Counting counting;
                wheel.schedule(counting.timer, start + distance);
                wheel.advance(start + distance - 1);
                CPPUNIT_ASSERT_EQUAL(0, counting.fired);
                wheel.advance(start + distance + TimerWheel::k_tick_ms);
                CPPUNIT_ASSERT_EQUAL(1, counting.fired);
            }
        }
    }

    void a_wheel_that_slept_does_not_walk_through_what_passed() {
        TimerWheel wheel(0);
        constexpr std::uint64_t k_later = 1ULL << 50;
        wheel.advance(k_later);  // would take years
        Counting counting;
        wheel.schedule(counting.timer, k_later + 20);
        wheel.advance(k_later + 30);
        CPPUNIT_ASSERT_EQUAL(1, counting.fired);
    }

    void next_wake_leads_to_every_timer_without_oversleeping() {
        for (const std::uint64_t distance : {5ULL, 3'000ULL, 200'000ULL, 20'000'000ULL}) {
            TimerWheel wheel(12'345);
            CPPUNIT_ASSERT(wheel.next_wake_ms() == TimerWheel::k_never);
            Counting counting;
            wheel.schedule(counting.timer, 12'345 + distance);
            int wakes = 0;
            std::uint64_t now = 12'345;
            while (counting.fired == 0 && wakes < 200) {
                CPPUNIT_ASSERT(wheel.next_wake_ms() > now);
                now = wheel.next_wake_ms();
                wheel.advance(now);
                ++wakes;
            }
            CPPUNIT_ASSERT_EQUAL(1, counting.fired);
            CPPUNIT_ASSERT(now >= 12'345 + distance && now < 12'345 + distance + 2 * TimerWheel::k_tick_ms);
            CPPUNIT_ASSERT(wheel.next_wake_ms() == TimerWheel::k_never);
        }
    }

    void a_destroyed_timer_does_not_fire() {
        TimerWheel wheel(0);
        Counting stays;
        auto goes = std::make_unique<Counting>();
        wheel.schedule(stays.timer, 100);
        wheel.schedule(goes->timer, 100);
        goes.reset();
        wheel.advance(1000);
        CPPUNIT_ASSERT_EQUAL(1, stays.fired);
    }

    void a_timer_of_zero_that_renews_itself_does_not_hold_the_loop() {
        struct Renewing {
            explicit Renewing(TimerWheel& w)
                : wheel(w), timer([](void* self) { static_cast<Renewing*>(self)->fire(); }, this) {}
            void fire() {
                ++fired;
                wheel.schedule(timer, 0);
            }
            TimerWheel& wheel;
            Timer timer;
            int fired = 0;
        };
        TimerWheel wheel(0);
        Renewing renewing(wheel);
        wheel.schedule(renewing.timer, 0);
        wheel.advance(8);
        CPPUNIT_ASSERT_EQUAL(1, renewing.fired);
        wheel.advance(16);
        CPPUNIT_ASSERT_EQUAL(2, renewing.fired);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TimerWheelTest);

}  // namespace
}  // namespace zanhu::net
