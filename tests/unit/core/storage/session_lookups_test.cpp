#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <future>
#include <memory>
#include <vector>

#include <zanhu/errors.h>

#include "core/storage/account_store.h"
#include "core/storage/async_sessions.h"
#include "tests/unit/core/storage/temporary_database.h"
#include "tests/unit/loop_thread.h"

namespace {

using namespace zanhu;
using namespace zanhu::storage;
using namespace zanhu::storage::testing;
using test::LoopThread;

constexpr std::size_t k_queue = 9;

SessionOptions session_options() {
    SessionOptions options;
    options.secret = "exp-secret-key-0123456789";
    return options;
}

/// Look-ups that one loop has begun and not awaited yet. Made and destroyed by the test's thread.
class Asking {
public:
    Asking(LoopThread& home, AsyncSessions& sessions, std::vector<std::string> keys) : home_(home) {
        home_.call([&] {
            for (const std::string& key : keys)
                tasks_.push_back(sessions.authenticate(key));
            for (auto& task : tasks_)
                task.start([](void* ended) { ++*static_cast<std::atomic<std::size_t>*>(ended); }, &ended_);
        });
    }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking() {
        home_.call([this] { tasks_.clear(); });
    }

    /// The names found, in order; `-` for nobody, `!` for an error.
    std::string answers() {
        home_.eventually([this] { return ended_ == tasks_.size(); });
        return home_.call([this] {
            std::string names;
            for (auto& task : tasks_)
                names += answer(task) + " ";
            return names;
        });
    }

private:
    static std::string answer(Task<SessionAndUser>& task) {
        try {
            const User user = task.result().user;
            return user.is_anonymous() ? "-" : user.username();
        } catch (const Error&) {
            return "!";
        }
    }

    LoopThread& home_;
    std::vector<Task<SessionAndUser>> tasks_;
    std::atomic<std::size_t> ended_{0};
};

struct World {
    MigratedDatabase database;
    AccountStore accounts{database.database};
    SessionStore store{database.database, session_options()};
    WorkerPool db{"db", 1, k_queue};
    AsyncSessions sessions{store, db};
    LoopThread one;
    LoopThread two;

    std::string log_in(const std::string& username) {
        NewAccount account;
        account.username = username;
        account.password = "!";
        CPPUNIT_ASSERT(accounts.add(account).outcome == AddOutcome::added);
        return store.log_in(accounts.find_by_username(username)->user.id());
    }
};

class SessionLookupsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(SessionLookupsTest);
    CPPUNIT_TEST(look_ups_of_all_loops_that_wait_for_a_worker_take_one_job);
    CPPUNIT_TEST(no_more_may_wait_than_jobs_in_the_queue);
    CPPUNIT_TEST(a_batch_sees_what_was_written_before_it_was_made);
    CPPUNIT_TEST(a_failure_of_the_database_reaches_everyone_of_the_batch_and_the_next_one_works);
    CPPUNIT_TEST(a_stopped_pool_refuses_each_of_them);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { world_ = std::make_unique<World>(); }
    void tearDown() override { world_.reset(); }

private:
    std::unique_ptr<World> world_;

    /// Keeps the one worker busy while `f` runs.
    template <class F>
    void while_the_worker_is_busy(F f) {
        std::promise<void> begun;
        std::promise<void> go_on;
        CPPUNIT_ASSERT(world_->db.try_submit([&begun, wait = go_on.get_future().share()] {
            begun.set_value();
            wait.wait();
        }));
        begun.get_future().wait();
        f();
        go_on.set_value();
    }

    void look_ups_of_all_loops_that_wait_for_a_worker_take_one_job() {
        const std::string alice = world_->log_in("alice");
        const std::string bob = world_->log_in("bob");
        std::unique_ptr<Asking> first;
        std::unique_ptr<Asking> second;
        while_the_worker_is_busy([&] {
            const std::vector<std::string> keys{alice, "unknown-key", bob, "no key!", alice, bob, alice};
            first = std::make_unique<Asking>(world_->one, world_->sessions, keys);
            second = std::make_unique<Asking>(world_->two, world_->sessions, std::vector{bob, alice});
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, world_->db.queued());
        });
        CPPUNIT_ASSERT_EQUAL(std::string("alice - bob - alice bob alice "), first->answers());
        CPPUNIT_ASSERT_EQUAL(std::string("bob alice "), second->answers());
    }

    void no_more_may_wait_than_jobs_in_the_queue() {
        std::unique_ptr<Asking> asking;
        while_the_worker_is_busy([&] {
            asking = std::make_unique<Asking>(
                world_->one, world_->sessions, std::vector<std::string>(k_queue + 2, "unknown-key"));
        });
        CPPUNIT_ASSERT_EQUAL(std::string("- - - - - - - - - ! ! "), asking->answers());
        Asking later(world_->one, world_->sessions, {"unknown-key"});
        CPPUNIT_ASSERT_EQUAL(std::string("- "), later.answers());
    }

    void a_batch_sees_what_was_written_before_it_was_made() {
        const std::string alice = world_->log_in("alice");
        std::unique_ptr<Asking> before;
        while_the_worker_is_busy([&] {
            before = std::make_unique<Asking>(world_->one, world_->sessions, std::vector{alice});
            world_->store.remove(alice);
        });
        CPPUNIT_ASSERT_EQUAL(std::string("- "), before->answers());
        const std::string bob = world_->log_in("bob");
        Asking after(world_->one, world_->sessions, {bob, alice});
        CPPUNIT_ASSERT_EQUAL(std::string("bob - "), after.answers());
    }

    void a_failure_of_the_database_reaches_everyone_of_the_batch_and_the_next_one_works() {
        const std::string alice = world_->log_in("alice");
        world_->database.execute("ALTER TABLE django_session RENAME TO elsewhere");
        Asking failing(world_->one, world_->sessions, {alice, "unknown-key"});
        CPPUNIT_ASSERT_EQUAL(std::string("! ! "), failing.answers());
        world_->database.execute("ALTER TABLE elsewhere RENAME TO django_session");
        Asking working(world_->one, world_->sessions, {alice, "unknown-key"});
        CPPUNIT_ASSERT_EQUAL(std::string("alice - "), working.answers());
    }

    void a_stopped_pool_refuses_each_of_them() {
        world_->db.stop();
        Asking refused(world_->one, world_->sessions, {"unknown-key", "another-key"});
        CPPUNIT_ASSERT_EQUAL(std::string("! ! "), refused.answers());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionLookupsTest);

}  // namespace
