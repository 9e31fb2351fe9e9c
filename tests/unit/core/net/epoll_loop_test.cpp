#include "core/net/epoll_loop.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <zanhu/errors.h>

#include "tests/unit/loop_thread.h"

namespace zanhu::net {
namespace {

using std::chrono::milliseconds;
using test::LoopThread;

Task<int> nap(EventLoop& loop, milliseconds delay, CancelToken token) {
    try {
        co_await loop.sleep_for(delay, token);
    } catch (const Cancelled&) {
        co_return -1;
    }
    co_return 1;
}

class EpollLoopTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(EpollLoopTest);
    CPPUNIT_TEST(jobs_of_each_thread_run_once_in_order);
    CPPUNIT_TEST(a_job_may_post_another);
    CPPUNIT_TEST(it_is_current_on_its_own_thread_only);
    CPPUNIT_TEST(a_sleeper_wakes_after_its_time);
    CPPUNIT_TEST(shorter_sleeps_end_first);
    CPPUNIT_TEST(a_cancelled_sleeper_wakes_at_once);
    CPPUNIT_TEST(endings_run_in_order_after_the_turn_and_may_add_others);
    CPPUNIT_TEST(what_was_posted_before_stop_runs);
    CPPUNIT_TEST(a_receive_buffer_that_was_taken_comes_back);
    CPPUNIT_TEST(a_buffer_that_was_filled_grows_once_and_comes_back_whole);
    CPPUNIT_TEST(strings_of_other_sizes_are_no_receive_buffers);
    CPPUNIT_TEST_SUITE_END();

public:
    void jobs_of_each_thread_run_once_in_order() {
        constexpr int k_jobs = 2000;
        std::vector<std::pair<int, int>> seen;  // touched on the loop only
        LoopThread home;
        std::vector<std::thread> posters;
        for (int t = 0; t < 4; ++t) {
            posters.emplace_back([&home, &seen, t] {
                for (int i = 0; i < k_jobs; ++i)
                    home.loop.post([&seen, t, i] { seen.emplace_back(t, i); });
            });
        }
        for (std::thread& poster : posters)
            poster.join();
        home.eventually([&seen] { return seen.size() == 4 * k_jobs; });
        home.call([&seen] {
            int next[4] = {};
            for (const auto& [thread, number] : seen)
                CPPUNIT_ASSERT_EQUAL(next[thread]++, number);
        });
    }

    void a_job_may_post_another() {
        int left = 1000;
        LoopThread home;
        struct Chain {
            EpollLoop& loop;
            int& left;
            void operator()() const {
                if (--left > 0) loop.post(Chain{loop, left});
            }
        };
        home.loop.post(Chain{home.loop, left});
        home.eventually([&left] { return left == 0; });
    }

    void it_is_current_on_its_own_thread_only() {
        LoopThread home;
        CPPUNIT_ASSERT(EventLoop::current() == nullptr);
        CPPUNIT_ASSERT(home.call([] { return EventLoop::current(); }) == &home.loop);
    }

    void a_sleeper_wakes_after_its_time() {
        LoopThread home;
        const auto before = std::chrono::steady_clock::now();
        CPPUNIT_ASSERT_EQUAL(1,
                             home.run([&home] { return nap(home.loop, milliseconds(50), CancelToken()); }));
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - before >= milliseconds(49));
        CPPUNIT_ASSERT_EQUAL(1,
                             home.run([&home] { return nap(home.loop, milliseconds(-5), CancelToken()); }));
    }

    void shorter_sleeps_end_first() {
        struct Order {
            std::vector<int> seen;
        } order;
        auto sleep = [](EventLoop& loop, int ms, Order& to) -> Task<void> {
            co_await loop.sleep_for(milliseconds(ms), CancelToken());
            to.seen.push_back(ms);
        };
        std::vector<Task<void>> tasks;
        LoopThread home;
        home.call([&] {
            for (const int ms : {160, 20, 80}) {
                tasks.push_back(sleep(home.loop, ms, order));
                tasks.back().start([](void*) {}, nullptr);
            }
        });
        home.eventually([&order] { return order.seen.size() == 3; });
        CPPUNIT_ASSERT(home.call([&order] { return order.seen; }) == std::vector<int>({20, 80, 160}));
    }

    void a_cancelled_sleeper_wakes_at_once() {
        LoopThread home;
        CancelSource source;
        Task<int> task;
        home.call([&] {
            task = nap(home.loop, std::chrono::hours(1), source.token());
            task.start([](void*) {}, nullptr);
        });
        CPPUNIT_ASSERT(!home.call([&task] { return task.done(); }));
        home.call([&source] { source.cancel(); });
        CPPUNIT_ASSERT(home.call([&task] { return task.done(); }));
        CPPUNIT_ASSERT_EQUAL(-1, task.result());
        CPPUNIT_ASSERT_EQUAL(-1,
                             home.run([&] { return nap(home.loop, std::chrono::hours(1), source.token()); }));
    }

    void endings_run_in_order_after_the_turn_and_may_add_others() {
        std::string log;
        LoopThread home;
        home.call([&] {
            home.loop.at_end_of_turn([&] {
                log += "first ";
                home.loop.at_end_of_turn([&log] { log += "added "; });
            });
            home.loop.at_end_of_turn([&log] { log += "second "; });
            log += "turn ";
        });
        home.eventually([&log] { return log.ends_with("added "); });
        CPPUNIT_ASSERT_EQUAL(std::string("turn first second added "), home.call([&log] { return log; }));
    }

    void what_was_posted_before_stop_runs() {
        std::atomic<int> runs{0};
        {
            LoopThread home;
            for (int i = 0; i < 100; ++i)
                home.loop.post([&runs] { ++runs; });
        }
        CPPUNIT_ASSERT_EQUAL(100, runs.load());
    }

    void a_receive_buffer_that_was_taken_comes_back() {
        EpollLoop loop;
        const std::size_t size = loop.receive_buffer().size();
        const char* const memory = loop.receive_buffer().data();
        std::string taken = std::exchange(loop.received(), {});
        CPPUNIT_ASSERT(taken.data() == memory);
        taken.resize(size / 2);
        SharedBytes sent = loop.returning(std::move(taken));
        CPPUNIT_ASSERT(sent->data() == memory && sent->size() == size / 2);
        CPPUNIT_ASSERT(loop.received().empty());
        sent.reset();
        CPPUNIT_ASSERT(loop.receive_buffer().data() == memory);
        CPPUNIT_ASSERT_EQUAL(size, loop.receive_buffer().size());
        loop.returning(std::string(size, 'x')).reset();  // nothing is missing
        CPPUNIT_ASSERT(loop.receive_buffer().data() == memory);
    }

    void a_buffer_that_was_filled_grows_once_and_comes_back_whole() {
        EpollLoop loop;
        const std::size_t size = loop.receive_buffer().size();
        loop.grow_receive_buffer();
        const std::size_t grown = loop.receive_buffer().size();
        CPPUNIT_ASSERT_EQUAL(4 * size, grown);
        loop.grow_receive_buffer();
        CPPUNIT_ASSERT_EQUAL(grown, loop.receive_buffer().size());
        std::string taken = std::exchange(loop.received(), {});
        loop.grow_receive_buffer();  // there is none
        CPPUNIT_ASSERT(loop.received().empty());
        taken.resize(2 * size);
        loop.returning(std::move(taken)).reset();
        CPPUNIT_ASSERT_EQUAL(grown, loop.receive_buffer().size());
        loop.give_back_memory();
        CPPUNIT_ASSERT_EQUAL(size, loop.receive_buffer().size());
    }

    void strings_of_other_sizes_are_no_receive_buffers() {
        EpollLoop loop;
        const std::size_t size = loop.receive_buffer().size();
        loop.received() = {};
        for (const std::size_t other : {std::size_t{0}, std::size_t{100}, size - 1, size + 1, 2 * size}) {
            loop.returning(std::string(other, 'x')).reset();
            CPPUNIT_ASSERT(loop.received().empty());
        }
        CPPUNIT_ASSERT_EQUAL(size, loop.receive_buffer().size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EpollLoopTest);

}  // namespace
}  // namespace zanhu::net
