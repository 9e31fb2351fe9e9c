#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <zanhu/worker_pool.h>

namespace zanhu {
namespace {

/// Occupies a pool's thread until it is let go.
class Occupied {
public:
    explicit Occupied(WorkerPool& pool) {
        std::promise<void> begun;
        auto has_begun = begun.get_future();
        accepted = pool.try_submit([&begun, wait = release_.get_future().share()] {
            begun.set_value();
            wait.wait();
        });
        has_begun.wait();
    }
    ~Occupied() { let_go(); }
    void let_go() {
        if (!std::exchange(released_, true)) release_.set_value();
    }
    bool accepted = false;

private:
    std::promise<void> release_;
    bool released_ = false;
};

class WorkerPoolTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(WorkerPoolTest);
    CPPUNIT_TEST(a_full_queue_refuses_and_leaves_the_job_alone);
    CPPUNIT_TEST(jobs_run_on_the_pools_threads_side_by_side);
    CPPUNIT_TEST(stop_runs_what_was_accepted_and_refuses_the_rest);
    CPPUNIT_TEST(a_job_is_freed_before_the_next_one_runs);
    CPPUNIT_TEST(many_threads_may_submit);
    CPPUNIT_TEST(threads_that_are_asked_for_their_memory_go_on_working);
    CPPUNIT_TEST_SUITE_END();

public:
    void threads_that_are_asked_for_their_memory_go_on_working() {
        WorkerPool pool("test", 2, 10);
        Occupied busy(pool);
        for (int i = 0; i < 10; ++i) {
            WorkerPool::free_memory_of_all();
            std::promise<void> ran;
            CPPUNIT_ASSERT(pool.try_submit([&ran] { ran.set_value(); }));
            ran.get_future().wait();
        }
        busy.let_go();
        WorkerPool::free_memory_of_all();
        pool.stop();
        WorkerPool::free_memory_of_all();
    }

    void a_full_queue_refuses_and_leaves_the_job_alone() {
        std::atomic<int> runs{0};
        WorkerPool pool("test", 1, 2);
        Occupied occupied(pool);
        CPPUNIT_ASSERT(occupied.accepted);
        CPPUNIT_ASSERT(pool.try_submit([&runs] { ++runs; }));
        CPPUNIT_ASSERT(pool.try_submit([&runs] { ++runs; }));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), pool.queued());
        UniqueFunction refused([&runs] { runs += 100; });
        CPPUNIT_ASSERT(!pool.try_submit(std::move(refused)));
        CPPUNIT_ASSERT(static_cast<bool>(refused));
        occupied.let_go();
        pool.stop();
        CPPUNIT_ASSERT_EQUAL(2, runs.load());
    }

    void jobs_run_on_the_pools_threads_side_by_side() {
        WorkerPool pool("test", 2, 4);
        std::promise<std::thread::id> first;
        std::promise<std::thread::id> second;
        std::promise<void> both;
        auto wait = both.get_future().share();
        CPPUNIT_ASSERT(pool.try_submit([&first, wait] {
            first.set_value(std::this_thread::get_id());
            wait.wait();
        }));
        CPPUNIT_ASSERT(pool.try_submit([&second, wait] {
            second.set_value(std::this_thread::get_id());
            wait.wait();
        }));
        const auto one = first.get_future().get();
        const auto two = second.get_future().get();
        both.set_value();
        CPPUNIT_ASSERT(one != two && one != std::this_thread::get_id() && two != std::this_thread::get_id());
        CPPUNIT_ASSERT_EQUAL(std::string("test"), pool.name());
    }

    void stop_runs_what_was_accepted_and_refuses_the_rest() {
        int runs = 0;
        WorkerPool pool("test", 1, 100);
        Occupied occupied(pool);
        for (int i = 0; i < 50; ++i)
            CPPUNIT_ASSERT(pool.try_submit([&runs] { ++runs; }));
        std::thread stopper([&pool] { pool.stop(); });
        occupied.let_go();
        stopper.join();
        CPPUNIT_ASSERT_EQUAL(50, runs);
        CPPUNIT_ASSERT(!pool.try_submit([&runs] { ++runs; }));
        pool.stop();
        CPPUNIT_ASSERT_EQUAL(50, runs);
    }

    void a_job_is_freed_before_the_next_one_runs() {
        WorkerPool pool("test", 1, 4);
        auto shared = std::make_shared<int>(0);
        std::weak_ptr<int> watch = shared;
        std::promise<bool> gone;
        CPPUNIT_ASSERT(pool.try_submit([shared = std::move(shared)] { ++*shared; }));
        CPPUNIT_ASSERT(pool.try_submit([&gone, watch] { gone.set_value(watch.expired()); }));
        CPPUNIT_ASSERT(gone.get_future().get());
    }

    void many_threads_may_submit() {
        std::atomic<int> runs{0};
        std::atomic<int> accepted{0};
        {
            WorkerPool pool("test", 3, 16);
            std::vector<std::thread> submitters;
            for (int t = 0; t < 4; ++t) {
                submitters.emplace_back([&pool, &runs, &accepted] {
                    for (int i = 0; i < 500; ++i) {
                        if (pool.try_submit([&runs] { ++runs; })) ++accepted;
                    }
                });
            }
            for (std::thread& submitter : submitters)
                submitter.join();
        }
        CPPUNIT_ASSERT(accepted.load() > 0);
        CPPUNIT_ASSERT_EQUAL(accepted.load(), runs.load());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WorkerPoolTest);

}  // namespace
}  // namespace zanhu
