#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <set>
#include <string>
#include <utility>

#include <zanhu/anonymous.h>

#include "core/storage/session_store.h"
#include "tests/unit/core/storage/temporary_database.h"

namespace {

using namespace std::chrono_literals;
using namespace zanhu;
using namespace zanhu::storage;
using namespace zanhu::storage::testing;

using Reason = AnonymousReason;

class AnonymousReasonTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(AnonymousReasonTest);
    CPPUNIT_TEST(who_is_logged_in_has_none);
    CPPUNIT_TEST(no_key_no_session_and_an_expired_one_differ);
    CPPUNIT_TEST(a_row_of_another_secret_and_one_that_cannot_be_read_differ);
    CPPUNIT_TEST(what_the_session_says_of_its_user_is_looked_at_in_djangos_order);
    CPPUNIT_TEST(what_the_table_says_of_the_user_is_looked_at_last);
    CPPUNIT_TEST(look_ups_that_are_made_together_have_each_its_own);
    CPPUNIT_TEST(every_reason_but_none_has_a_sentence_of_its_own);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = std::make_unique<MigratedDatabase>();
        database_->execute(
            "INSERT INTO auth_user (id, password, is_superuser, username, last_name, email, is_staff, "
            "is_active, date_joined, first_name) VALUES (7, 'pbkdf2_sha256$1$salt$x', 0, 'alice', '', '', 0, "
            "1, '2026-01-01 00:00:00', '')");
        store_ = std::make_unique<SessionStore>(database_->database, options("exp-secret-key-0123456789"));
    }
    void tearDown() override {
        store_.reset();
        database_.reset();
    }

private:
    std::unique_ptr<MigratedDatabase> database_;
    std::unique_ptr<SessionStore> store_;

    static SessionOptions options(const std::string& secret) {
        SessionOptions options;
        options.secret = secret;
        return options;
    }
    Reason reason_of(const std::string& key) { return store_->session_user(key).reason; }
    /// Of a session of alice's with one change.
    template <class Change>
    Reason reason_after(Change change) {
        ValueMap data = *store_->load(store_->log_in("7"));
        change(data);
        return reason_of(store_->create(data, 1h));
    }

    void who_is_logged_in_has_none() {
        CPPUNIT_ASSERT(reason_of(store_->log_in("7")) == Reason::none);
        CPPUNIT_ASSERT(reason_after([](ValueMap& data) { data.set("_auth_user_id", 7); }) == Reason::none);
    }

    void no_key_no_session_and_an_expired_one_differ() {
        for (const std::string& key : {std::string(), std::string("short12"), std::string(41, 'a')})
            CPPUNIT_ASSERT(reason_of(key) == Reason::no_key);
        CPPUNIT_ASSERT(reason_of(std::string(32, 'a')) == Reason::no_session);
        const std::string key = store_->log_in("7");
        database_->execute("UPDATE django_session SET expire_date = '2001-01-01 00:00:00'");
        CPPUNIT_ASSERT(reason_of(key) == Reason::expired);
    }

    void a_row_of_another_secret_and_one_that_cannot_be_read_differ() {
        const std::string key = store_->log_in("7");
        SessionStore other(database_->database, options("another-secret-0123456789"));
        CPPUNIT_ASSERT(other.session_user(key).reason == Reason::not_ours);
        for (const char* text : {"", "!", "garbage", "a:b:c"}) {
            database_->execute("UPDATE django_session SET session_data = '" + std::string(text) + "'");
            const Reason reason = reason_of(key);
            CPPUNIT_ASSERT_MESSAGE(text, reason != Reason::none && reason != Reason::no_session);
        }
    }

    void what_the_session_says_of_its_user_is_looked_at_in_djangos_order() {
        CPPUNIT_ASSERT(reason_of(store_->create(ValueMap(), 1h)) == Reason::no_user);
        CPPUNIT_ASSERT(reason_after([](ValueMap& data) { data.remove("_auth_user_id"); }) == Reason::no_user);
        CPPUNIT_ASSERT(reason_after([](ValueMap& data) { data.remove("_auth_user_backend"); }) ==
                       Reason::no_user);
        const auto other_backend = [](ValueMap& data) {
            data.set("_auth_user_backend", "shop.Backend").set("_auth_user_id", "no number");
        };
        CPPUNIT_ASSERT(reason_after(other_backend) == Reason::unknown_backend);
        for (const char* id : {"8", "", "seven"}) {
            CPPUNIT_ASSERT(reason_after([id](ValueMap& data) { data.set("_auth_user_id", id); }) ==
                           Reason::no_such_user);
        }
        CPPUNIT_ASSERT(reason_after([](ValueMap& data) { data.set("_auth_user_id", Value()); }) ==
                       Reason::no_such_user);
        CPPUNIT_ASSERT(reason_after([](ValueMap& data) { data.remove("_auth_user_hash"); }) ==
                       Reason::no_hash);
        CPPUNIT_ASSERT(reason_after([](ValueMap& data) { data.set("_auth_user_hash", ""); }) ==
                       Reason::no_hash);
        CPPUNIT_ASSERT(reason_after([](ValueMap& data) { data.set("_auth_user_hash", "0"); }) ==
                       Reason::other_password);
    }

    void what_the_table_says_of_the_user_is_looked_at_last() {
        const std::string key = store_->log_in("7");
        const std::pair<const char*, Reason> changes[] = {
            {"password = 'pbkdf2_sha256$1$salt$y'", Reason::other_password},
            {"is_active = 0", Reason::inactive},  // ahead of the password, which is another one still
            {"id = 9", Reason::no_such_user},
        };
        for (const auto& [change, reason] : changes) {
            database_->execute("UPDATE auth_user SET " + std::string(change));
            CPPUNIT_ASSERT_MESSAGE(change, reason_of(key) == reason);
        }
    }

    void look_ups_that_are_made_together_have_each_its_own() {
        const std::string keys[] = {
            "short", store_->log_in("7"), std::string(32, 'a'), store_->create(ValueMap(), 1h)};
        SessionQuery first(keys[0]);
        SessionQuery second(keys[1]);
        SessionQuery third(keys[2]);
        SessionQuery fourth(keys[3]);
        SessionQuery* const queries[] = {&first, &second, &third, &fourth};
        store_->session_users(queries);
        CPPUNIT_ASSERT(first.found.reason == Reason::no_key && second.found.reason == Reason::none);
        CPPUNIT_ASSERT(third.found.reason == Reason::no_session && fourth.found.reason == Reason::no_user);
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), second.found.user.username());
    }

    void every_reason_but_none_has_a_sentence_of_its_own() {
        std::set<std::string> sentences;
        for (int i = 0; i <= static_cast<int>(Reason::other_password); ++i)
            sentences.emplace(describe(static_cast<Reason>(i)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{13}, sentences.size());
        CPPUNIT_ASSERT(describe(Reason::none).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AnonymousReasonTest);

}  // namespace
