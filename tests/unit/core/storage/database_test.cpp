#include "core/storage/database.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "core/base/kept_memory.h"
#include "tests/unit/core/storage/temporary_database.h"

namespace {

using namespace std::chrono_literals;
using namespace zanhu::storage;
using namespace zanhu::storage::testing;

/// For the time of its life the process may do what an ordinary user may, also when the tests run as root.
class OrdinaryUser {
public:
    OrdinaryUser() : root_(::geteuid() == 0) {
        if (root_ && ::seteuid(65534) != 0) throw std::runtime_error("seteuid failed");
    }
    OrdinaryUser(const OrdinaryUser&) = delete;
    OrdinaryUser& operator=(const OrdinaryUser&) = delete;
    ~OrdinaryUser() {
        if (root_) static_cast<void>(!::seteuid(0));
    }

private:
    const bool root_;
};

class DatabaseTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(DatabaseTest);
    CPPUNIT_TEST(makes_a_file_that_only_its_owner_may_read);
    CPPUNIT_TEST(says_what_is_wrong_with_a_path);
    CPPUNIT_TEST(gives_back_what_the_job_returns);
    CPPUNIT_TEST(rolls_back_what_a_job_did_that_throws);
    CPPUNIT_TEST(a_job_whose_statements_a_pooler_took_away_runs_once_more);
    CPPUNIT_TEST(checks_foreign_keys);
    CPPUNIT_TEST(a_database_that_another_program_has_locked_is_reported);
    CPPUNIT_TEST(readers_do_not_wait_for_a_writer_of_another_program);
    CPPUNIT_TEST(a_writer_waits_for_the_others_no_longer_than_its_patience);
    CPPUNIT_TEST(a_job_waits_for_a_session_no_longer_than_its_patience);
    CPPUNIT_TEST(a_full_disk_is_reported_and_nothing_is_half_written);
    CPPUNIT_TEST(a_read_only_file_can_be_read_and_writing_is_reported);
    CPPUNIT_TEST(a_file_that_may_not_be_read_is_reported);
    CPPUNIT_TEST(a_file_that_is_no_database_is_reported);
    CPPUNIT_TEST(a_missing_table_is_reported);
    CPPUNIT_TEST(two_threads_write_without_losing_anything);
    CPPUNIT_TEST(after_a_crowd_the_connection_that_was_opened_first_stays);
    CPPUNIT_TEST_SUITE_END();

    void makes_a_file_that_only_its_owner_may_read() {
        const TemporaryDirectory directory;
        const mode_t before = ::umask(0);
        Database database(options_for(directory.file("new.sqlite3")));
        migrate(database);
        database.write(
            [](Connection& connection) { connection.change("UPDATE zanhu_schema SET version = version"); });
        ::umask(before);
        for (const char* name : {"new.sqlite3", "new.sqlite3-wal", "new.sqlite3-shm"}) {
            struct stat status {};
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 0, ::stat(directory.file(name).c_str(), &status));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, mode_t{0600}, status.st_mode & mode_t{0777});
        }
    }

    static int descriptors_of(const std::string& file) {
        int count = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
            std::error_code gone;
            if (std::filesystem::read_symlink(entry.path(), gone) == file) ++count;
        }
        return count;
    }

    void after_a_crowd_the_connection_that_was_opened_first_stays() {
        const TemporaryDirectory directory;
        Database database(options_for(directory.file("crowd.sqlite3")));
        migrate(database);
        const auto opened = [](Connection& connection) { return connection.opened(); };
        const auto first = database.read(opened);
        database.read([&](Connection&) {  // a crowd of three
            database.read([&](Connection&) { database.read([](Connection&) {}); });
        });
        CPPUNIT_ASSERT_EQUAL(3, descriptors_of(directory.file("crowd.sqlite3")));
        zanhu::KeptMemory::let_go_of_all();
        CPPUNIT_ASSERT_EQUAL(1, descriptors_of(directory.file("crowd.sqlite3")));
        CPPUNIT_ASSERT(first == database.read(opened));
    }

    void says_what_is_wrong_with_a_path() {
        const TemporaryDirectory directory;
        struct Case {
            std::string path;
            std::string part;
        };
        for (const Case& c : {Case{"", "is no file"},
                              Case{":memory:", "is no file"},
                              Case{"file:x?mode=memory", "is no file"},
                              Case{directory.path(), "is not a file"},
                              Case{directory.file("no/such/x.db"), "there is no directory"}}) {
            const std::string said = storage_error_of([&] { const Database database(options_for(c.path)); });
            CPPUNIT_ASSERT_MESSAGE(c.path + ": " + said,
                                   contains(said, c.part) && contains(said, "[database] url"));
        }
        DatabaseOptions options = options_for(directory.file("absent.db"));
        options.missing = MissingFile::refuse;
        CPPUNIT_ASSERT(
            contains(storage_error_of([&] { const Database database(options); }), "does not exist"));
        CPPUNIT_ASSERT(!std::filesystem::exists(options.path));
    }

    void gives_back_what_the_job_returns() {
        EmptyDatabase empty;
        CPPUNIT_ASSERT_EQUAL(7, empty.database.read([](Connection&) { return 7; }));
        CPPUNIT_ASSERT_EQUAL(8, empty.database.write([](Connection&) { return 8; }));
    }

    void rolls_back_what_a_job_did_that_throws() {
        EmptyDatabase empty;
        empty.execute("CREATE TABLE t (n integer)");
        const auto job = [](Connection& connection) {
            connection.change("INSERT INTO t VALUES (1)");
            throw zanhu::Error("enough");
        };
        CPPUNIT_ASSERT_THROW(empty.database.write(job), zanhu::Error);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), empty.text("SELECT count(*) FROM t"));
        empty.execute("INSERT INTO t VALUES (2)");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), empty.text("SELECT count(*) FROM t"));
    }

    void a_job_whose_statements_a_pooler_took_away_runs_once_more() {
        EmptyDatabase empty;
        empty.execute("CREATE TABLE t (n integer)");
        int runs = 0;
        int failing = 1;
        const auto job = [&](Connection& connection) {
            connection.change("INSERT INTO t VALUES (1)");
            if (++runs <= failing) throw ServerFailure(Trouble::pooled, "no such statement");
            return runs;
        };
        CPPUNIT_ASSERT_EQUAL(2, empty.database.write(job));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), empty.text("SELECT count(*) FROM t"));
        runs = 0;
        failing = 5;
        const std::string said = storage_error_of([&] { empty.database.write(job); });
        CPPUNIT_ASSERT_MESSAGE(said, contains(said, "no such statement"));
        CPPUNIT_ASSERT_EQUAL(2, runs);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), empty.text("SELECT count(*) FROM t"));
    }

    void checks_foreign_keys() {
        MigratedDatabase ours;
        const std::string said = storage_error_of([&] {
            ours.execute(
                "INSERT INTO messager_message VALUES ('x', 'text', 1, '2024-01-01 00:00:00', 99, NULL)");
        });
        CPPUNIT_ASSERT_MESSAGE(said, contains(said, "FOREIGN KEY"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), ours.text("SELECT count(*) FROM messager_message"));
    }

    void a_database_that_another_program_has_locked_is_reported() {
        MigratedDatabase ours;
        DatabaseOptions options = ours.database.options();
        options.busy_timeout = 20ms;
        Database impatient(options);
        ours.database.write([&](Connection&) {
            const std::string said = storage_error_of([&] { impatient.write([](Connection&) {}); });
            CPPUNIT_ASSERT_MESSAGE(said, contains(said, "is locked") && contains(said, "busy_timeout"));
        });
        impatient.write([](Connection&) {});
    }

    void readers_do_not_wait_for_a_writer_of_another_program() {
        MigratedDatabase ours;
        Database other(ours.database.options());
        ours.database.write([&](Connection& connection) {
            connection.change("UPDATE zanhu_schema SET version = 77");
            other.read([](Connection& reader) {
                const auto row = reader.first("SELECT version FROM zanhu_schema");
                CPPUNIT_ASSERT_EQUAL(std::int64_t{k_schema_version}, row->integer(0));
            });
        });
    }

    void a_writer_waits_for_the_others_no_longer_than_its_patience() {
        const TemporaryDirectory directory;
        DatabaseOptions options = options_for(directory.file("test.sqlite3"));
        options.busy_timeout = 20ms;
        Database database(options);
        database.write([&](Connection&) {
            const std::string said = storage_error_of([&] { database.write([](Connection&) {}); });
            CPPUNIT_ASSERT_MESSAGE(said, contains(said, "is busy") && contains(said, "writers"));
        });
    }

    void a_job_waits_for_a_session_no_longer_than_its_patience() {
        const TemporaryDirectory directory;
        DatabaseOptions options = options_for(directory.file("test.sqlite3"));
        options.busy_timeout = 20ms;
        options.max_sessions = 1;
        Database database(options);
        database.read([&](Connection&) {
            const std::string said = storage_error_of([&] { database.read([](Connection&) {}); });
            CPPUNIT_ASSERT_MESSAGE(said, contains(said, "is busy") && contains(said, "connections"));
        });
        database.read([](Connection&) {});
    }

    void a_full_disk_is_reported_and_nothing_is_half_written() {
        const TemporaryDirectory directory;
        DatabaseOptions options = options_for(directory.file("test.sqlite3"));
        options.max_sessions = 1;
        Database database(options);
        migrate(database);
        database.read([](Connection& connection) { connection.change("PRAGMA max_page_count = 1"); });
        const std::string said = storage_error_of([&] {
            database.write([](Connection& connection) {
                connection.change("INSERT INTO django_session VALUES ('small', '', '2024-01-01 00:00:00')");
                connection.change("INSERT INTO django_session VALUES ('large', ?, '2024-01-01 00:00:00')",
                                  {std::string(100000, 'x')});
            });
        });
        CPPUNIT_ASSERT_MESSAGE(said, contains(said, "no space left"));
        Database fresh(options);
        fresh.read([](Connection& connection) {
            CPPUNIT_ASSERT_EQUAL(std::string("0"),
                                 connection.first("SELECT count(*) FROM django_session")->text(0));
        });
        database.read([](Connection& connection) { connection.change("PRAGMA max_page_count = 100000"); });
        database.write([](Connection& connection) {
            connection.change("INSERT INTO django_session VALUES ('small', '', '2024-01-01 00:00:00')");
        });
    }

    void a_read_only_file_can_be_read_and_writing_is_reported() {
        const TemporaryDirectory directory;
        const std::string path = directory.file("test.sqlite3");
        Database(options_for(path)).write([](Connection& connection) {
            connection.change("CREATE TABLE t (n integer)");
        });
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0444));
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(directory.path().c_str(), 0755));
        const OrdinaryUser user;
        Database database(options_for(path));
        database.read([](Connection& connection) {
            CPPUNIT_ASSERT_EQUAL(std::string("0"), connection.first("SELECT count(*) FROM t")->text(0));
        });
        const std::string said = storage_error_of([&] {
            database.write([](Connection& connection) { connection.change("INSERT INTO t VALUES (1)"); });
        });
        CPPUNIT_ASSERT_MESSAGE(said, contains(said, "cannot be written") && contains(said, "directory"));
    }

    void a_file_that_may_not_be_read_is_reported() {
        const TemporaryDirectory directory;
        const std::string path = directory.file("test.sqlite3");
        const Database database(options_for(path));
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0));
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(directory.path().c_str(), 0755));
        const OrdinaryUser user;
        const std::string said = storage_error_of([&] { const Database again(options_for(path)); });
        CPPUNIT_ASSERT_MESSAGE(said, contains(said, "may not be read"));
        const std::string new_one =
            storage_error_of([&] { const Database none(options_for(directory.file("new.sqlite3"))); });
        CPPUNIT_ASSERT_MESSAGE(new_one, ::geteuid() != 65534 || contains(new_one, "must be writable"));
    }

    void a_file_that_is_no_database_is_reported() {
        const TemporaryDirectory directory;
        const std::string path = directory.file("junk.sqlite3");
        std::ofstream(path) << std::string(20000, 'x');
        Database database(options_for(path));
        const std::string said = storage_error_of([&] { migrate(database); });
        CPPUNIT_ASSERT_MESSAGE(said, contains(said, "is not a SQLite database") && contains(said, path));
    }

    void a_missing_table_is_reported() {
        EmptyDatabase empty;
        const std::string said = storage_error_of([&] { empty.text("SELECT username FROM auth_user"); });
        CPPUNIT_ASSERT_MESSAGE(said, contains(said, "no such table: auth_user") && contains(said, "migrate"));
    }

    void two_threads_write_without_losing_anything() {
        EmptyDatabase empty;
        empty.execute("CREATE TABLE t (n integer)");
        empty.execute("INSERT INTO t VALUES (0)");
        const auto count_up = [&] {
            for (int i = 0; i < 50; ++i) {
                empty.database.write([](Connection& connection) {
                    const std::int64_t n = connection.first("SELECT n FROM t")->integer(0);
                    connection.change("UPDATE t SET n = ?", {n + 1});
                });
            }
        };
        std::thread first(count_up);
        std::thread second(count_up);
        first.join();
        second.join();
        CPPUNIT_ASSERT_EQUAL(std::string("100"), empty.text("SELECT n FROM t"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseTest);

}  // namespace
