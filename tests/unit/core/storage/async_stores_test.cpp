#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <thread>

#include <zanhu/sync.h>

#include "core/django/password.h"
#include "core/net/epoll_loop.h"
#include "core/storage/async_accounts.h"
#include "core/storage/async_messages.h"
#include "core/storage/async_sessions.h"
#include "tests/unit/core/storage/temporary_database.h"

namespace {

using namespace std::chrono_literals;
using namespace zanhu;
using namespace zanhu::storage;
using namespace zanhu::storage::testing;

/// A loop on a thread of its own.
class LoopThread {
public:
    LoopThread() : thread_([this] { loop.run(); }) {}
    LoopThread(const LoopThread&) = delete;
    LoopThread& operator=(const LoopThread&) = delete;
    ~LoopThread() {
        loop.stop();
        thread_.join();
    }
    net::EpollLoop loop;

private:
    std::thread thread_;
};

django::PasswordHashers cheap(int iterations) {
    django::PasswordHashers hashers;
    hashers.iterations = iterations;
    return hashers;
}

struct World {
    static SessionOptions session_options() {
        SessionOptions options;
        options.secret = "exp-secret-key-0123456789";
        return options;
    }

    MigratedDatabase database;
    AccountStore account_store{database.database};
    SessionStore session_store{database.database, session_options()};
    MessageStore message_store{database.database};
    WorkerPool db{"db", 2, 16};
    WorkerPool hash{"hash", 1, 16};
    AsyncAccounts accounts{account_store, db, hash, cheap(1000), AsyncAccounts::Upgrade::no};
    AsyncAccounts upgrading{account_store, db, hash, cheap(1000), AsyncAccounts::Upgrade::yes};
    AsyncSessions sessions{session_store, db};
    AsyncMessages messages{message_store, db};
    LoopThread home;  // last: it ends before what it uses
};

class AsyncStoresTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(AsyncStoresTest);
    CPPUNIT_TEST(the_right_password_lets_its_owner_in);
    CPPUNIT_TEST(everything_else_is_refused);
    CPPUNIT_TEST(a_refusal_takes_the_rounds_of_the_dearest_password_seen);
    CPPUNIT_TEST(a_log_in_to_a_database_of_our_own_brings_the_password_up_to_date);
    CPPUNIT_TEST(a_log_in_is_seen_until_the_log_out);
    CPPUNIT_TEST(messages_go_and_come_back);
    CPPUNIT_TEST(an_error_of_the_database_reaches_the_caller);
    CPPUNIT_TEST(a_full_pool_is_reported);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        world_ = std::make_unique<World>();
        add("张三", django::make_password("s3cret-é", cheap(1000)));
        add("bert", django::make_password("x", cheap(1000)));
    }
    void tearDown() override { world_.reset(); }

private:
    std::unique_ptr<World> world_;

    void add(const std::string& name, const std::string& password) {
        NewAccount account;
        account.username = name;
        account.password = password;
        CPPUNIT_ASSERT(world_->account_store.add(account).outcome == AddOutcome::added);
    }
    template <class T>
    T wait_for(Task<T> task) {
        return async_to_sync(world_->home.loop, std::move(task));
    }

    void the_right_password_lets_its_owner_in() {
        const auto user = wait_for(world_->accounts.authenticate("张三", "s3cret-é"));
        CPPUNIT_ASSERT(user.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("张三"), user->username());
        CPPUNIT_ASSERT_EQUAL(user->id(), wait_for(world_->accounts.find_by_username("张三"))->id());
        CPPUNIT_ASSERT(!wait_for(world_->accounts.find_by_username("nobody")));
    }

    void everything_else_is_refused() {
        add("locked", django::make_unusable());
        add("strange", "unknown$1$2$3");
        add("disabled", django::make_password("x", cheap(1000)));
        const std::string id = world_->account_store.find_by_username("disabled")->user.id();
        CPPUNIT_ASSERT(world_->account_store.set_active(id, false));
        struct Case {
            const char* name;
            const char* password;
        };
        for (const Case& c : {Case{"张三", "s3cret"},
                              Case{"张三", ""},
                              Case{"nobody", "x"},
                              Case{"Bert", "x"},
                              Case{"locked", ""},
                              Case{"strange", "x"},
                              Case{"disabled", "x"}}) {
            CPPUNIT_ASSERT_MESSAGE(c.name, !wait_for(world_->accounts.authenticate(c.name, c.password)));
        }
    }

    void a_refusal_takes_the_rounds_of_the_dearest_password_seen() {
        add("cheap", django::make_password("x", cheap(10)));
        add("dear", django::make_password("x", cheap(3000)));
        CPPUNIT_ASSERT(!wait_for(world_->accounts.authenticate("cheap", "wrong")));
        CPPUNIT_ASSERT_EQUAL(1000, world_->accounts.iterations());
        CPPUNIT_ASSERT(!wait_for(world_->accounts.authenticate("dear", "wrong")));
        CPPUNIT_ASSERT_EQUAL(3000, world_->accounts.iterations());
        CPPUNIT_ASSERT(!wait_for(world_->accounts.authenticate("cheap", "wrong")));
        CPPUNIT_ASSERT_EQUAL(3000, world_->accounts.iterations());
        CPPUNIT_ASSERT_EQUAL(10, django::iterations_of(django::make_password("x", cheap(10))));
        for (const char* none :
             {"", "!", "unknown$5$a$b", "pbkdf2_sha256$0$a$b", "pbkdf2_sha256$99999999$a$b"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(none, 0, django::iterations_of(none));
    }

    void a_log_in_to_a_database_of_our_own_brings_the_password_up_to_date() {
        const std::string old = "argon2$argon2i$v=19$m=64,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$H9FT/ij0ynFS4i7ej0WlSA";
        add("old", old);
        const auto stored = [this] { return world_->account_store.find_by_username("old")->password; };
        CPPUNIT_ASSERT(wait_for(world_->accounts.authenticate("old", "s3cret-é")));
        CPPUNIT_ASSERT_EQUAL(old, stored());
        CPPUNIT_ASSERT(!wait_for(world_->upgrading.authenticate("old", "wrong")));
        CPPUNIT_ASSERT_EQUAL(old, stored());
        CPPUNIT_ASSERT(wait_for(world_->upgrading.authenticate("old", "s3cret-é")));
        const std::string fresh = stored();
        CPPUNIT_ASSERT(fresh.starts_with("pbkdf2_sha256$1000$"));
        CPPUNIT_ASSERT(wait_for(world_->upgrading.authenticate("old", "s3cret-é")));
        CPPUNIT_ASSERT_EQUAL(fresh, stored());
    }

    void a_log_in_is_seen_until_the_log_out() {
        const std::string id = world_->account_store.find_by_username("张三")->user.id();
        const std::string key = wait_for(world_->sessions.log_in(id));
        CPPUNIT_ASSERT_EQUAL(std::string("张三"),
                             wait_for(world_->sessions.authenticate(key)).user.username());
        CPPUNIT_ASSERT_EQUAL(id, *wait_for(world_->sessions.load(key)).find_text("_auth_user_id"));
        wait_for(world_->sessions.log_out(key));
        CPPUNIT_ASSERT(wait_for(world_->sessions.authenticate(key)).user.is_anonymous());
        CPPUNIT_ASSERT(wait_for(world_->sessions.load(key)).empty());
        wait_for(world_->sessions.log_out(key));
    }

    void messages_go_and_come_back() {
        Message message;
        message.id = "00000000-0000-4000-8000-000000000001";
        message.sender = "张三";
        message.recipient = "bert";
        message.text = "a text that is too long for the buffer inside of a string";
        CPPUNIT_ASSERT(wait_for(world_->messages.store(message)).outcome == Messages::Stored::created);
        MessageQuery query;
        query.user = "bert";
        const MessagePage page = wait_for(world_->messages.find(query));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page.messages.size());
        CPPUNIT_ASSERT_EQUAL(message.text, page.messages.front().text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             wait_for(world_->messages.conversations("bert")).front().unread);
        wait_for(world_->messages.mark_read("bert", "张三"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             wait_for(world_->messages.conversations("bert")).front().unread);
    }

    void an_error_of_the_database_reaches_the_caller() {
        world_->database.execute("DROP TABLE django_session");
        CPPUNIT_ASSERT_THROW(wait_for(world_->sessions.authenticate("abcdefgh")), StorageError);
        CPPUNIT_ASSERT(wait_for(world_->accounts.find_by_username("bert")).has_value());
    }

    void a_full_pool_is_reported() {
        world_->db.stop();
        CPPUNIT_ASSERT_THROW(wait_for(world_->accounts.find_by_username("bert")), PoolSaturated);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AsyncStoresTest);

}  // namespace
