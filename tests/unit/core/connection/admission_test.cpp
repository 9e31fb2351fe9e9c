#include "core/connection/admission.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/core/connection/server.h"

namespace zanhu::connection::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Pace::Time k_start = Pace::Time() + std::chrono::hours(1000);

class AdmissionTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(AdmissionTest);
    CPPUNIT_TEST(a_pace_lets_a_seconds_worth_through_at_once);
    CPPUNIT_TEST(a_pace_lets_no_more_through_in_the_long_run);
    CPPUNIT_TEST(a_debt_is_paid_by_time);
    CPPUNIT_TEST(what_is_refused_costs_nothing);
    CPPUNIT_TEST(seats_come_back_when_they_are_destroyed);
    CPPUNIT_TEST(a_subscriber_of_ipv6_has_the_seats_of_one_address);
    CPPUNIT_TEST(a_client_without_an_address_has_no_seat);
    CPPUNIT_TEST(handshakes_are_bounded_per_address_and_in_all);
    CPPUNIT_TEST(without_bounds_everything_is_admitted);
    CPPUNIT_TEST(the_names_of_a_pace_table_are_bounded);
    CPPUNIT_TEST(one_connection_too_many_counts_until_it_leaves);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_pace_lets_a_seconds_worth_through_at_once() {
        Pace pace;
        for (int i = 0; i < 10; ++i)
            CPPUNIT_ASSERT_EQUAL(std::int64_t(0), pace.charge(k_start, 1, 10).count());
        CPPUNIT_ASSERT(Pace::Duration(milliseconds(100)) == pace.charge(k_start, 1, 10));
    }

    void a_pace_lets_no_more_through_in_the_long_run() {
        Pace pace;
        int taken = 0;
        for (int ms = 0; ms < 10'000; ++ms)
            taken += pace.try_take(k_start + milliseconds(ms), 50).count() == 0 ? 1 : 0;
        CPPUNIT_ASSERT(taken >= 540 && taken <= 550);
    }

    void a_debt_is_paid_by_time() {
        Pace pace;
        CPPUNIT_ASSERT(Pace::Duration(seconds(4)) == pace.charge(k_start, 5000, 1000));
        CPPUNIT_ASSERT(Pace::Duration(seconds(1)) == pace.charge(k_start + seconds(3), 0, 1000));
        CPPUNIT_ASSERT(Pace::Duration(0) == pace.charge(k_start + seconds(4), 0, 1000));
        CPPUNIT_ASSERT(!pace.is_full(k_start + milliseconds(4999)) && pace.is_full(k_start + seconds(5)));
    }

    void what_is_refused_costs_nothing() {
        Pace pace;
        CPPUNIT_ASSERT(Pace::Duration(0) == pace.try_take(k_start, 1));
        for (int i = 0; i < 100; ++i)
            CPPUNIT_ASSERT(Pace::Duration(seconds(1)) == pace.try_take(k_start, 1));
        CPPUNIT_ASSERT(Pace::Duration(0) == pace.try_take(k_start + seconds(1), 1));
    }

    void seats_come_back_when_they_are_destroyed() {
        Admission admission(limits([](auto& some) { some.sockets_per_user = 2; }));
        const std::string refused = "limit_refused_total{limit=\"sockets_per_user\"}";
        const auto before = counted(refused);
        Seat one;
        Seat two;
        Seat three;
        CPPUNIT_ASSERT(admission.seat_user("7", one) && admission.seat_user("7", two));
        CPPUNIT_ASSERT(!admission.seat_user("7", three) && !three.taken());
        CPPUNIT_ASSERT_EQUAL(before + 1, counted(refused));
        Seat other;
        CPPUNIT_ASSERT(admission.seat_user("8", other));
        Seat moved = std::move(one);
        CPPUNIT_ASSERT(moved.taken() && !one.taken() && !admission.seat_user("7", three));
        { const Seat gone = std::move(moved); }
        CPPUNIT_ASSERT(admission.seat_user("7", three) && three.taken());
    }

    void a_subscriber_of_ipv6_has_the_seats_of_one_address() {
        Admission admission(limits([](auto& some) { some.connections_per_address = 1; }));
        Seat seats[5];
        CPPUNIT_ASSERT(admission.seat_address("2001:db8:1:2::1", seats[0]));
        CPPUNIT_ASSERT(!admission.seat_address("2001:db8:1:2:ffff::9", seats[1]));
        CPPUNIT_ASSERT(admission.seat_address("2001:db8:1:3::1", seats[2]));
        CPPUNIT_ASSERT(admission.seat_address("192.0.2.1", seats[3]));
        CPPUNIT_ASSERT(admission.seat_address("192.0.2.2", seats[4]));
    }

    void a_client_without_an_address_has_no_seat() {
        Admission admission(limits([](auto& some) { some.connections_per_address = 1; }));
        Seat one;
        Seat two;
        CPPUNIT_ASSERT(admission.seat_address("", one) && admission.seat_address("", two));
        CPPUNIT_ASSERT(!one.taken() && !two.taken());
    }

    void handshakes_are_bounded_per_address_and_in_all() {
        Admission admission(limits([](auto& some) {
            some.handshakes = 3;
            some.handshakes_per_address = 2;
        }));
        const auto status = [&admission](const char* address) {
            return admission.handshake(address, k_start).status;
        };
        CPPUNIT_ASSERT_EQUAL(101, status("192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(101, status("192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(429, status("192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(101, status("192.0.2.2"));
        CPPUNIT_ASSERT_EQUAL(503, status("192.0.2.2"));
        const Admission::Verdict verdict = admission.handshake("192.0.2.1", k_start);
        CPPUNIT_ASSERT(verdict.retry_after == seconds(1));
        CPPUNIT_ASSERT(admission.handshake("192.0.2.1", k_start + seconds(1)).admitted());
    }

    void without_bounds_everything_is_admitted() {
        Admission admission(Admission::Limits{});
        Seat seat;
        for (int i = 0; i < 1000; ++i)
            CPPUNIT_ASSERT(admission.handshake("192.0.2.1", k_start).admitted());
        CPPUNIT_ASSERT(admission.seat_user("7", seat) && admission.seat_address("192.0.2.1", seat));
        CPPUNIT_ASSERT(!seat.taken());
    }

    void the_names_of_a_pace_table_are_bounded() {
        constexpr int k_more = 70'000;
        PaceTable table;
        const auto before = counted("limit_untracked_total");
        for (int i = 0; i < k_more; ++i)
            CPPUNIT_ASSERT(table.try_take(std::to_string(i), k_start, 1).count() == 0);
        CPPUNIT_ASSERT_EQUAL(before + k_more - 65'536, counted("limit_untracked_total"));
        // Those that have paid make room.
        CPPUNIT_ASSERT(table.try_take("new", k_start + seconds(2), 1).count() == 0);
        CPPUNIT_ASSERT(table.try_take("new", k_start + seconds(2), 1).count() > 0);
        CPPUNIT_ASSERT_EQUAL(before + k_more - 65'536, counted("limit_untracked_total"));
    }

    void one_connection_too_many_counts_until_it_leaves() {
        Admission admission(limits([](auto& some) { some.connections = 1; }));
        CPPUNIT_ASSERT(admission.enter() && !admission.enter());
        admission.leave();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), admission.total());
        CPPUNIT_ASSERT(!admission.enter());
        admission.leave();
        admission.leave();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), admission.total());
        CPPUNIT_ASSERT(admission.enter());
    }

private:
    template <class Change>
    static Admission::Limits limits(Change change) {
        Admission::Limits some;
        change(some);
        return some;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdmissionTest);

}  // namespace
}  // namespace zanhu::connection::testing
