#include "core/storage/migrations.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <fstream>
#include <iterator>

#include "tests/unit/core/storage/temporary_database.h"

namespace {

using namespace zanhu::storage;
using namespace zanhu::storage::testing;

constexpr const char* k_all_sql = "SELECT group_concat(name || coalesce(sql, ''), ';') FROM sqlite_master";

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

class MigrationsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(MigrationsTest);
    CPPUNIT_TEST(an_empty_database_becomes_ours);
    CPPUNIT_TEST(a_second_run_changes_nothing);
    CPPUNIT_TEST(our_own_database_is_in_wal_mode);
    CPPUNIT_TEST(a_foreign_database_is_not_touched);
    CPPUNIT_TEST(a_foreign_database_gets_only_what_it_lacks_when_that_is_allowed);
    CPPUNIT_TEST(a_database_of_a_newer_program_is_refused);
    CPPUNIT_TEST(the_check_names_what_is_missing);
    CPPUNIT_TEST_SUITE_END();

    void an_empty_database_becomes_ours() {
        EmptyDatabase empty;
        CPPUNIT_ASSERT(ownership(empty.database) == Ownership::empty);
        migrate(empty.database);
        CPPUNIT_ASSERT(ownership(empty.database) == Ownership::ours);
        check_tables(empty.database);
        CPPUNIT_ASSERT_EQUAL(std::to_string(k_schema_version),
                             empty.text("SELECT version FROM zanhu_schema"));
    }

    void a_second_run_changes_nothing() {
        MigratedDatabase ours;
        const std::string before = ours.text(k_all_sql);
        ours.execute("INSERT INTO django_session VALUES ('key', 'data', '2024-01-01 00:00:00')");
        migrate(ours.database);
        CPPUNIT_ASSERT_EQUAL(before, ours.text(k_all_sql));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ours.text("SELECT count(*) FROM zanhu_schema"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ours.text("SELECT count(*) FROM django_session"));
    }

    void our_own_database_is_in_wal_mode() {
        MigratedDatabase ours;
        CPPUNIT_ASSERT_EQUAL(std::string("wal"), ours.text("PRAGMA journal_mode"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ours.text("PRAGMA synchronous"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ours.text("PRAGMA foreign_keys"));
        CPPUNIT_ASSERT_EQUAL(std::string("2000"), ours.text("PRAGMA busy_timeout"));
        Database again(ours.database.options());
        again.read([](Connection& connection) {
            CPPUNIT_ASSERT_EQUAL(std::string("1"), connection.first("PRAGMA synchronous")->text(0));
        });
    }

    void a_foreign_database_is_not_touched() {
        EmptyDatabase django;
        django.execute("CREATE TABLE django_migrations (id integer)");
        const std::string before = bytes_of(django.database.options().path);
        std::string said;
        try {
            migrate(django.database);
        } catch (const zanhu::ConfigError& error) {
            said = error.what();
        }
        CPPUNIT_ASSERT_MESSAGE(said, contains(said, "[database] migrate = never"));
        CPPUNIT_ASSERT(ownership(django.database) == Ownership::foreign);
        CPPUNIT_ASSERT_EQUAL(std::string("delete"), django.text("PRAGMA journal_mode"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), django.text("PRAGMA synchronous"));
        CPPUNIT_ASSERT(before == bytes_of(django.database.options().path));
    }

    void a_foreign_database_gets_only_what_it_lacks_when_that_is_allowed() {
        EmptyDatabase django;
        django.execute("CREATE TABLE auth_user (id integer PRIMARY KEY)");
        migrate(django.database, true);
        migrate(django.database, true);
        CPPUNIT_ASSERT(ownership(django.database) == Ownership::foreign);
        CPPUNIT_ASSERT_EQUAL(std::string("delete"), django.text("PRAGMA journal_mode"));
        CPPUNIT_ASSERT_EQUAL(std::string("CREATE TABLE auth_user (id integer PRIMARY KEY)"),
                             django.text("SELECT sql FROM sqlite_master WHERE name = 'auth_user'"));
        CPPUNIT_ASSERT_EQUAL(std::string("auth_user,django_session,messager_message"),
                             django.text("SELECT group_concat(name) FROM (SELECT name FROM sqlite_master "
                                         "WHERE type = 'table' AND name "
                                         "<> 'sqlite_sequence' ORDER BY name)"));
    }

    void a_database_of_a_newer_program_is_refused() {
        MigratedDatabase ours;
        ours.execute("UPDATE zanhu_schema SET version = 1000");
        const std::string said = storage_error_of([&] { migrate(ours.database); });
        CPPUNIT_ASSERT_MESSAGE(said, contains(said, "schema 1000") && contains(said, "newer"));
        CPPUNIT_ASSERT_EQUAL(std::string("1000"), ours.text("SELECT version FROM zanhu_schema"));
    }

    void the_check_names_what_is_missing() {
        MigratedDatabase ours;
        ours.execute("DROP TABLE messager_message");
        check_tables(ours.database, Need::accounts_and_sessions);
        CPPUNIT_ASSERT(contains(storage_error_of([&] { check_tables(ours.database); }), "messager_message"));
        ours.execute("ALTER TABLE auth_user RENAME COLUMN is_staff TO staff");
        const std::string said =
            storage_error_of([&] { check_tables(ours.database, Need::accounts_and_sessions); });
        CPPUNIT_ASSERT_MESSAGE(said, contains(said, "no such column: is_staff"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MigrationsTest);

}  // namespace
