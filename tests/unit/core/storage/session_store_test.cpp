#include "core/storage/session_store.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>

#include "tests/unit/core/storage/temporary_database.h"

namespace {

using namespace std::chrono_literals;
using namespace zanhu;
using namespace zanhu::storage;
using namespace zanhu::storage::testing;

constexpr const char* k_secret = "exp-secret-key-0123456789";
constexpr const char* k_key = "3pkpv7d5dui6z7oqcf4fwaj3t7n65gf6";

// Rows that Django 3.2.25 has written with that secret: user 7, whose password is `s3cret-é`, and a session
// of that user which holds lang=zh besides.
constexpr const char* k_django_user =
    "INSERT INTO auth_user (id, password, last_login, is_superuser, username, last_name, email, is_staff, "
    "is_active, "
    "date_joined, first_name) VALUES (7, "
    "'pbkdf2_sha256$1000$seasalt$MianO4A6gr9+4xFdOkHjq1lbrAzy21igfLTPza8SOVQ=', NULL, 0, '张三', '', "
    "'zhang@example.com', 0, 1, '2026-11-22 18:23:52.590911', '三')";
constexpr const char* k_django_data =
    ".eJxVjUEOwiAURO_C2hAoKODSfc9AgP-_VBtISrvReHdp0oVuZ968eTMftjX7reHiJ2BXZtjpN4shPbHsBTxCuVeealmXKfId4Ufb-"
    "FgB59vB_"
    "glyaLmvnSaHEOgsjEAiFaSOVmlDBrWA6KS0sTNDBHkRZMlJdINVQNKYhFZ16dz_u-mV2ecLrms7lw:1xVCEC:"
    "HgD1EyIdcUy1nNMY4kO5AcRoy8Jvb"
    "sX35e3q2PUxpEo";
// The same user with DEFAULT_HASHING_ALGORITHM = sha1: the form and the hash of Django before 3.1.
constexpr const char* k_legacy_data =
    "OTIzY2Q4M2Q5ZGY1Njc0MTc1MzljZWQ0OGQ4YzU2ZjIzYmVkYmYyMTp7Il9hdXRoX3VzZXJfaWQiOiI3IiwiX2F1dGhfdXNlcl9iYWNr"
    "ZW5kIjoiZGph"
    "bmdvLmNvbnRyaWIuYXV0aC5iYWNrZW5kcy5Nb2RlbEJhY2tlbmQiLCJfYXV0aF91c2VyX2hhc2giOiI1NGQ5YzQ3NTJiYjg3MjE1Zjcx"
    "NTY1ZjZlODMy"
    "YTI5NmMxZWYxNTBkIn0=";

class SessionStoreTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(SessionStoreTest);
    CPPUNIT_TEST(reads_the_session_and_user_that_django_wrote);
    CPPUNIT_TEST(reads_the_form_before_django_3_1);
    CPPUNIT_TEST(refuses_that_form_when_told_so);
    CPPUNIT_TEST(a_fallback_secret_reads_but_does_not_write);
    CPPUNIT_TEST(keys_that_are_none_find_nothing);
    CPPUNIT_TEST(an_expired_session_is_none);
    CPPUNIT_TEST(a_broken_signature_is_no_session);
    CPPUNIT_TEST(the_user_is_anonymous_unless_every_check_passes);
    CPPUNIT_TEST(the_user_must_be_active_and_have_the_same_password);
    CPPUNIT_TEST(says_which_check_failed);
    CPPUNIT_TEST(looking_deletes_nothing);
    CPPUNIT_TEST(a_created_session_is_loaded_again);
    CPPUNIT_TEST(a_log_in_makes_a_session_of_the_user);
    CPPUNIT_TEST(nobody_logs_in_who_is_inactive_or_unknown);
    CPPUNIT_TEST(a_removed_session_is_gone);
    CPPUNIT_TEST(expired_sessions_are_removed_oldest_first);
    CPPUNIT_TEST(a_locked_database_is_an_error_and_no_anonymous_user);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = std::make_unique<MigratedDatabase>();
        database_->execute(k_django_user);
        store_ = std::make_unique<SessionStore>(database_->database, options());
    }
    void tearDown() override {
        store_.reset();
        database_.reset();
    }

private:
    std::unique_ptr<MigratedDatabase> database_;
    std::unique_ptr<SessionStore> store_;

    static SessionOptions options() {
        SessionOptions options;
        options.secret = k_secret;
        return options;
    }
    void put_row(const std::string& key,
                 const std::string& data,
                 const std::string& expires = "2100-01-01 00:00:00") {
        database_->execute("INSERT OR REPLACE INTO django_session VALUES ('" + key + "', '" + data + "', '" +
                           expires + "')");
    }
    std::string count() { return database_->text("SELECT count(*) FROM django_session"); }
    /// A session as Django makes it, but for the hash.
    static ValueMap of_user_7() {
        ValueMap data;
        data.set("_auth_user_id", "7");
        data.set("_auth_user_backend", std::string(k_model_backend));
        return data;
    }

    void reads_the_session_and_user_that_django_wrote() {
        put_row(k_key, k_django_data);
        const SessionAndUser found = store_->session_user(k_key);
        CPPUNIT_ASSERT_EQUAL(std::string("张三"), found.user.username());
        CPPUNIT_ASSERT_EQUAL(std::string("7"), found.user.id());
        CPPUNIT_ASSERT_EQUAL(std::string("zh"), *found.data.find_text("lang"));
        CPPUNIT_ASSERT_EQUAL(std::string("7"), *store_->load(k_key)->find_text("_auth_user_id"));
    }

    void reads_the_form_before_django_3_1() {
        put_row(k_key, k_legacy_data);
        CPPUNIT_ASSERT_EQUAL(std::string("张三"), store_->session_user(k_key).user.username());
    }

    void refuses_that_form_when_told_so() {
        put_row(k_key, k_legacy_data);
        SessionOptions strict = options();
        strict.legacy = django::LegacySha1::refuse;
        CPPUNIT_ASSERT(!SessionStore(database_->database, strict).load(k_key));
    }

    void a_fallback_secret_reads_but_does_not_write() {
        SessionOptions rotated = options();
        rotated.secret = "another-secret-0123456789";
        rotated.fallbacks = {k_secret};
        SessionStore after(database_->database, rotated);
        put_row(k_key, k_django_data);
        CPPUNIT_ASSERT_EQUAL(std::string("张三"), after.session_user(k_key).user.username());
        const std::string key = after.log_in("7");
        CPPUNIT_ASSERT(after.session_user(key).user.is_authenticated());
        CPPUNIT_ASSERT(!store_->load(key));
    }

    void keys_that_are_none_find_nothing() {
        for (const std::string& key : {std::string(),
                                       std::string("short12"),
                                       std::string(41, 'a'),
                                       std::string("' OR 1=1 --"),
                                       std::string("abcdefgh\0", 9),
                                       std::string("张三张三")}) {
            database_->database.write([&](Connection& connection) {
                connection.change(
                    "INSERT OR REPLACE INTO django_session VALUES (?, ?, '2100-01-01 00:00:00')",
                    {key, k_django_data});
            });
            CPPUNIT_ASSERT_MESSAGE(key, !store_->load(key));
            CPPUNIT_ASSERT_MESSAGE(key, store_->session_user(key).user.is_anonymous());
        }
        put_row("abcDEF-_", k_django_data);
        CPPUNIT_ASSERT(store_->load("abcDEF-_").has_value());
        CPPUNIT_ASSERT(!store_->load("abcdef-_"));
    }

    void an_expired_session_is_none() {
        put_row(k_key, k_django_data, "2020-01-01 00:00:00.000000");
        CPPUNIT_ASSERT(!store_->load(k_key));
        CPPUNIT_ASSERT(store_->session_user(k_key).user.is_anonymous());
        const std::string key = store_->create(of_user_7(), -1s);
        CPPUNIT_ASSERT(!store_->load(key));
    }

    void a_broken_signature_is_no_session() {
        std::string broken = k_django_data;
        broken.back() = 'p';
        put_row(k_key, broken);
        const SessionAndUser found = store_->session_user(k_key);
        CPPUNIT_ASSERT(found.data.empty() && found.user.is_anonymous());
        CPPUNIT_ASSERT(!store_->load(k_key));
    }

    void the_user_is_anonymous_unless_every_check_passes() {
        struct Case {
            const char* what;
            bool authenticated;
            void (*change)(ValueMap&);
        };
        static constexpr Case k_cases[] = {
            {"as it is", true, [](ValueMap&) {}},
            {"id as a number", true, [](ValueMap& data) { data.set("_auth_user_id", 7); }},
            {"no id", false, [](ValueMap& data) { data.remove("_auth_user_id"); }},
            {"another id", false, [](ValueMap& data) { data.set("_auth_user_id", "8"); }},
            {"an id that does not convert",
             false,
             [](ValueMap& data) { data.set("_auth_user_id", "seven"); }},
            {"a nil id", false, [](ValueMap& data) { data.set("_auth_user_id", Value()); }},
            {"no backend", false, [](ValueMap& data) { data.remove("_auth_user_backend"); }},
            {"another backend", false, [](ValueMap& data) { data.set("_auth_user_backend", "my.Backend"); }},
            {"no hash", false, [](ValueMap& data) { data.remove("_auth_user_hash"); }},
            {"an empty hash", false, [](ValueMap& data) { data.set("_auth_user_hash", ""); }},
            {"another hash",
             false,
             [](ValueMap& data) { data.set("_auth_user_hash", std::string(64, '0')); }},
        };
        const std::string hash = *store_->load(store_->log_in("7"))->find_text("_auth_user_hash");
        for (const Case& c : k_cases) {
            ValueMap data = of_user_7();
            data.set("_auth_user_hash", hash);
            c.change(data);
            const SessionAndUser found = store_->session_user(store_->create(data, 1h));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.what, c.authenticated, found.user.is_authenticated());
            CPPUNIT_ASSERT_MESSAGE(c.what, found.data == data);
        }
    }

    void the_user_must_be_active_and_have_the_same_password() {
        put_row(k_key, k_django_data);
        for (const char* change : {"is_active = 0", "password = 'pbkdf2_sha256$1000$other$x'", "id = 9"}) {
            CPPUNIT_ASSERT(store_->session_user(k_key).user.is_authenticated());
            database_->execute("UPDATE auth_user SET " + std::string(change));
            CPPUNIT_ASSERT_MESSAGE(change, store_->session_user(k_key).user.is_anonymous());
            database_->execute("DELETE FROM auth_user");
            database_->execute(k_django_user);
        }
    }

    AnonymousReason reason_of(const std::string& key) { return store_->session_user(key).reason; }

    void says_which_check_failed() {
        put_row(k_key, k_django_data);
        CPPUNIT_ASSERT(reason_of(k_key) == AnonymousReason::none);
        CPPUNIT_ASSERT(reason_of("short") == AnonymousReason::no_key);
        CPPUNIT_ASSERT(reason_of("a-key-of-nobody") == AnonymousReason::no_session);
        put_row("expired-session", k_django_data, "2020-01-01 00:00:00");
        CPPUNIT_ASSERT(reason_of("expired-session") == AnonymousReason::expired);
        put_row("broken-signature", "broken");
        CPPUNIT_ASSERT(reason_of("broken-signature") == AnonymousReason::not_ours);
        ValueMap data;
        CPPUNIT_ASSERT(reason_of(store_->create(data, 1h)) == AnonymousReason::no_user);
        data.set("_auth_user_id", "7").set("_auth_user_backend", "other.Backend");
        CPPUNIT_ASSERT(reason_of(store_->create(data, 1h)) == AnonymousReason::unknown_backend);
        data.set("_auth_user_backend", std::string(k_model_backend));
        CPPUNIT_ASSERT(reason_of(store_->create(data, 1h)) == AnonymousReason::no_hash);
        data.set("_auth_user_hash", std::string(64, '0'));
        CPPUNIT_ASSERT(reason_of(store_->create(data, 1h)) == AnonymousReason::other_password);
        data.set("_auth_user_id", "8");
        CPPUNIT_ASSERT(reason_of(store_->create(data, 1h)) == AnonymousReason::no_such_user);
        data.set("_auth_user_id", "anna");
        CPPUNIT_ASSERT(reason_of(store_->create(data, 1h)) == AnonymousReason::no_such_user);
        database_->execute("UPDATE auth_user SET is_active = 0");
        CPPUNIT_ASSERT(reason_of(k_key) == AnonymousReason::inactive);
        for (int reason = 1; reason <= static_cast<int>(AnonymousReason::other_password); ++reason)
            CPPUNIT_ASSERT(describe(static_cast<AnonymousReason>(reason)).size() > 20);
    }

    void looking_deletes_nothing() {
        put_row(k_key, k_django_data);
        put_row("broken-signature", "broken");
        put_row("expired-session", k_django_data, "2020-01-01 00:00:00");
        database_->execute("UPDATE auth_user SET is_active = 0");
        for (const char* key : {k_key, "broken-signature", "expired-session"})
            store_->session_user(key);
        CPPUNIT_ASSERT_EQUAL(std::string("3"), count());
    }

    void a_created_session_is_loaded_again() {
        ValueMap data;
        data.set("name", "张三").set("n", 5);
        const std::string key = store_->create(data, 1h);
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, key.size());
        CPPUNIT_ASSERT(store_->load(key) == data);
        CPPUNIT_ASSERT(store_->create(data, 1h) != key);
        CPPUNIT_ASSERT_EQUAL(
            std::string("1"),
            database_->text(
                "SELECT count(*) = 2 AND min(julianday(expire_date) - julianday('now')) BETWEEN 0.04 AND "
                "0.042 FROM django_session"));
    }

    void a_log_in_makes_a_session_of_the_user() {
        const std::string key = store_->log_in("7");
        const SessionAndUser found = store_->session_user(key);
        CPPUNIT_ASSERT_EQUAL(std::string("张三"), found.user.username());
        CPPUNIT_ASSERT_EQUAL(std::string(k_model_backend), *found.data.find_text("_auth_user_backend"));
        CPPUNIT_ASSERT_EQUAL(std::string("7"), *found.data.find_text("_auth_user_id"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("1"),
            database_->text("SELECT julianday('now') - julianday(last_login) < 0.01 FROM auth_user"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"),
                             database_->text("SELECT julianday(expire_date) - julianday('now') BETWEEN 13.99 "
                                             "AND 14.01 FROM django_session"));
    }

    void nobody_logs_in_who_is_inactive_or_unknown() {
        database_->execute("UPDATE auth_user SET is_active = 0");
        for (const char* id : {"7", "8", "", "seven"})
            CPPUNIT_ASSERT_THROW(store_->log_in(id), Error);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count());
    }

    void a_removed_session_is_gone() {
        const std::string key = store_->log_in("7");
        const std::string other = store_->log_in("7");
        CPPUNIT_ASSERT(store_->remove(key));
        CPPUNIT_ASSERT(!store_->remove(key));
        CPPUNIT_ASSERT(!store_->remove("' OR 1=1 --"));
        CPPUNIT_ASSERT(!store_->load(key));
        CPPUNIT_ASSERT(store_->load(other).has_value());
    }

    void expired_sessions_are_removed_oldest_first() {
        for (const char* year : {"2003", "2001", "2002"}) {
            put_row("session-" + std::string(year), "x", std::string(year) + "-01-01 00:00:00");
        }
        put_row(k_key, k_django_data);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, store_->remove_expired(2));
        CPPUNIT_ASSERT_EQUAL(std::string("3pkpv7d5dui6z7oqcf4fwaj3t7n65gf6,session-2003"),
                             database_->text("SELECT group_concat(session_key) FROM (SELECT session_key FROM "
                                             "django_session ORDER BY session_key)"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, store_->remove_expired(100));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, store_->remove_expired(100));
    }

    void a_locked_database_is_an_error_and_no_anonymous_user() {
        DatabaseOptions options = database_->database.options();
        options.busy_timeout = 20ms;
        Database impatient(options);
        SessionStore store(impatient, SessionStoreTest::options());
        database_->database.write(
            [&](Connection&) { CPPUNIT_ASSERT_THROW(store.log_in("7"), StorageError); });
        CPPUNIT_ASSERT(store.session_user(store.log_in("7")).user.is_authenticated());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionStoreTest);

}  // namespace
