#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <zanhu/sync.h>

#include "tests/unit/loop_thread.h"

namespace zanhu {
namespace {

using test::LoopThread;

struct Places {
    std::thread::id before;
    std::thread::id job;
    std::thread::id after;
};

Task<Places> visit(WorkerPool& pool) {
    Places places;
    places.before = std::this_thread::get_id();
    auto job = [] { return std::this_thread::get_id(); };
    places.job = co_await sync_to_async(pool, job);
    places.after = std::this_thread::get_id();
    co_return places;
}
Task<std::unique_ptr<std::string>> fetch(WorkerPool& pool) {
    auto job = [] { return std::make_unique<std::string>("from the pool"); };
    co_return co_await sync_to_async(pool, job);
}
Task<void> fail_on(WorkerPool& pool) {
    auto job = [] { throw std::runtime_error("on the pool"); };
    co_await sync_to_async(pool, job);
}
Task<int> wait_on(WorkerPool& pool, std::shared_future<void> until) {
    auto job = [&until] { until.wait(); };
    co_await sync_to_async(pool, job);
    co_return 1;
}
Task<int> on_loop(EventLoop& expected, int value) {
    if (EventLoop::current() != &expected) throw std::logic_error("on a wrong thread");
    co_await expected.sleep_for(std::chrono::milliseconds(1), CancelToken());
    if (value < 0) throw std::runtime_error("on the loop");
    co_return value;
}
Task<std::string> there_and_back(WorkerPool& pool, EventLoop& loop) {
    auto job = [&loop] { return std::to_string(async_to_sync(loop, on_loop(loop, 42))); };
    co_return co_await sync_to_async(pool, job);
}
Task<std::string> misuse(EventLoop& loop) {
    std::string said = "nothing";
    try {
        async_to_sync(loop, on_loop(loop, 1));
    } catch (const Error& error) {
        said = error.what();
    }
    co_return said;
}
/// Begins a job, and is cancelled while it runs; the job's end is waited for all the same.
Task<bool> cancelled_meanwhile(WorkerPool& pool, CancelSource& source, bool& job_ended) {
    auto job = [&job_ended] { job_ended = true; };
    auto work = sync_to_async(pool, job);
    source.cancel();
    co_await std::move(work);
    co_return job_ended&& source.cancelled();
}

/// A job that waits for a task that needs the same pool, as deep as wanted.
Task<int> down(WorkerPool& pool, EventLoop& loop, int depth) {
    auto job = [&pool, &loop, depth] {
        return depth == 0 ? 0 : 1 + async_to_sync(loop, down(pool, loop, depth - 1));
    };
    co_return co_await sync_to_async(pool, job);
}
/// The same, with an exception at the bottom.
Task<int> down_to_a_fault(WorkerPool& pool, EventLoop& loop, int depth) {
    auto job = [&pool, &loop, depth] {
        if (depth == 0) throw std::runtime_error("at the bottom");
        return async_to_sync(loop, down_to_a_fault(pool, loop, depth - 1));
    };
    co_return co_await sync_to_async(pool, job);
}

class SyncTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(SyncTest);
    CPPUNIT_TEST(a_job_runs_on_the_pool_and_the_coroutine_goes_on_at_home);
    CPPUNIT_TEST(a_move_only_result_comes_back);
    CPPUNIT_TEST(an_exception_comes_back);
    CPPUNIT_TEST(a_full_pool_throws_pool_saturated);
    CPPUNIT_TEST(a_stopped_pool_throws_pool_saturated);
    CPPUNIT_TEST(without_a_loop_it_throws);
    CPPUNIT_TEST(a_worker_runs_a_task_on_the_loop);
    CPPUNIT_TEST(a_tasks_exception_comes_to_the_worker);
    CPPUNIT_TEST(on_a_loop_thread_async_to_sync_throws);
    CPPUNIT_TEST(a_cancellation_while_a_job_runs_waits_for_its_end);
    CPPUNIT_TEST(many_at_once_do_not_mix_their_results);
    CPPUNIT_TEST(jobs_that_wait_for_their_own_pool_do_not_deadlock);
    CPPUNIT_TEST(nesting_without_end_is_pool_saturated);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_job_runs_on_the_pool_and_the_coroutine_goes_on_at_home() {
        const Places places = home_.run([this] { return visit(pool_); });
        CPPUNIT_ASSERT(places.before == places.after);
        CPPUNIT_ASSERT(places.job != places.before && places.job != std::this_thread::get_id());
    }

    void a_move_only_result_comes_back() {
        CPPUNIT_ASSERT_EQUAL(std::string("from the pool"), *home_.run([this] { return fetch(pool_); }));
    }

    void an_exception_comes_back() {
        CPPUNIT_ASSERT_THROW(home_.run([this] { return fail_on(pool_); }), std::runtime_error);
    }

    void a_full_pool_throws_pool_saturated() {
        WorkerPool small("small", 1, 1);
        std::promise<void> release;
        const auto until = release.get_future().share();
        Task<int> running;
        Task<int> queued;
        int ended = 0;
        const auto count = [](void* number) { ++*static_cast<int*>(number); };
        home_.call([&] {
            running = wait_on(small, until);
            running.start(count, &ended);
        });
        home_.eventually([&small] { return small.queued() == 0; });
        home_.call([&] {
            queued = wait_on(small, until);
            queued.start(count, &ended);
        });
        CPPUNIT_ASSERT_THROW(home_.run([&] { return wait_on(small, until); }), PoolSaturated);
        release.set_value();
        home_.eventually([&ended] { return ended == 2; });
        CPPUNIT_ASSERT_EQUAL(2, home_.call([&] { return running.result() + queued.result(); }));
    }

    void a_stopped_pool_throws_pool_saturated() {
        WorkerPool stopped("stopped", 1, 1);
        stopped.stop();
        CPPUNIT_ASSERT_THROW(home_.run([&stopped] { return fail_on(stopped); }), PoolSaturated);
    }

    void without_a_loop_it_throws() {
        Task<void> task = fail_on(pool_);
        task.start([](void*) {}, nullptr);
        CPPUNIT_ASSERT(task.done());
        CPPUNIT_ASSERT_THROW(task.result(), Error);
    }

    void a_worker_runs_a_task_on_the_loop() {
        CPPUNIT_ASSERT_EQUAL(std::string("42"),
                             home_.run([this] { return there_and_back(pool_, home_.loop); }));
        CPPUNIT_ASSERT_EQUAL(7, async_to_sync(home_.loop, on_loop(home_.loop, 7)));
    }

    void a_tasks_exception_comes_to_the_worker() {
        CPPUNIT_ASSERT_THROW(async_to_sync(home_.loop, on_loop(home_.loop, -1)), std::runtime_error);
    }

    void on_a_loop_thread_async_to_sync_throws() {
        const std::string said = home_.run([this] { return misuse(home_.loop); });
        CPPUNIT_ASSERT(said.find("co_await") != std::string::npos);
    }

    void a_cancellation_while_a_job_runs_waits_for_its_end() {
        CancelSource source;
        bool job_ended = false;
        CPPUNIT_ASSERT(home_.run([&] { return cancelled_meanwhile(pool_, source, job_ended); }));
    }

    void many_at_once_do_not_mix_their_results() {
        std::vector<std::thread> callers;
        std::atomic<int> wrong{0};
        for (int t = 0; t < 4; ++t) {
            callers.emplace_back([this, t, &wrong] {
                for (int i = 0; i < 50; ++i) {
                    const int value = t * 1000 + i;
                    if (async_to_sync(home_.loop, on_loop(home_.loop, value)) != value) ++wrong;
                }
            });
        }
        for (std::thread& caller : callers)
            caller.join();
        CPPUNIT_ASSERT_EQUAL(0, wrong.load());
    }

    void jobs_that_wait_for_their_own_pool_do_not_deadlock() {
        WorkerPool single("single", 1, 64);
        CPPUNIT_ASSERT_EQUAL(1, home_.run([&] { return down(single, home_.loop, 1); }));
        CPPUNIT_ASSERT_EQUAL(20, home_.run([&] { return down(single, home_.loop, 20); }));
        CPPUNIT_ASSERT_THROW(home_.run([&] { return down_to_a_fault(single, home_.loop, 3); }),
                             std::runtime_error);
        // Several at once, more than there are threads.
        WorkerPool pair("pair", 2, 64);
        std::vector<Task<int>> tasks(8);
        int ended = 0;
        home_.call([&] {
            for (Task<int>& task : tasks) {
                task = down(pair, home_.loop, 3);
                task.start([](void* number) { ++*static_cast<int*>(number); }, &ended);
            }
        });
        home_.eventually([&ended] { return ended == 8; });
        home_.call([&tasks] {
            for (Task<int>& task : tasks)
                CPPUNIT_ASSERT_EQUAL(3, task.result());
        });
    }

    void nesting_without_end_is_pool_saturated() {
        WorkerPool single("single", 1, 64);
        CPPUNIT_ASSERT_THROW(home_.run([&] { return down(single, home_.loop, 1000); }), PoolSaturated);
        CPPUNIT_ASSERT_EQUAL(2, home_.run([&] { return down(single, home_.loop, 2); }));  // usable as before
    }

private:
    WorkerPool pool_{"pool", 2, 16};
    LoopThread home_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SyncTest);

}  // namespace
}  // namespace zanhu
