#include "core/settings/database_url.h"

#include <cppunit/extensions/HelperMacros.h>

#include <zanhu/errors.h>

namespace zanhu::settings {
namespace {

using Kind = DatabaseUrl::Kind;

std::string problem_of(const std::string& url) {
    try {
        parse_database_url(url);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

class DatabaseUrlTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(DatabaseUrlTest);
    CPPUNIT_TEST(reads_the_forms_of_django);
    CPPUNIT_TEST(reads_users_and_passwords_with_every_character);
    CPPUNIT_TEST(reads_the_places_of_unix_sockets);
    CPPUNIT_TEST(hands_on_what_libpq_knows_and_passes_over_what_django_knows);
    CPPUNIT_TEST(says_what_is_wrong_without_the_password);
    CPPUNIT_TEST_SUITE_END();

    void reads_the_forms_of_django() {
        struct Case {
            const char* url;
            Kind kind;
            const char* host;
            int port;
            const char* database;
        };
        for (const Case& c : {
                 Case{"postgres://u:p@db.example.com:6432/site",
                      Kind::postgresql,
                      "db.example.com",
                      6432,
                      "site"},
                 Case{"postgresql://u@h/site", Kind::postgresql, "h", 0, "site"},
                 Case{"psql://u@[::1]:5433/site", Kind::postgresql, "::1", 5433, "site"},
                 Case{"pgsql://u@[::1]/site", Kind::postgresql, "::1", 0, "site"},
                 Case{"postgres://u@/site", Kind::postgresql, "", 0, "site"},
                 Case{"mysql://u:p@10.0.0.1:3307/a%20b", Kind::mysql, "10.0.0.1", 3307, "a b"},
                 Case{"mysql2://u@h/d", Kind::mysql, "h", 0, "d"},
                 Case{"mariadb://u@/d", Kind::mysql, "127.0.0.1", 0, "d"},
             }) {
            const DatabaseUrl url = parse_database_url(c.url);
            CPPUNIT_ASSERT_MESSAGE(c.url, url.kind == c.kind);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.url, std::string(c.host), url.host);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.url, c.port, static_cast<int>(url.port));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.url, std::string(c.database), url.database);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.url, std::string("u"), url.user);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("x/a b.db"), parse_database_url("sqlite:///x/a%20b.db").path);
        CPPUNIT_ASSERT_EQUAL(std::string("/srv/a.db"), parse_database_url("sqlite3:////srv/a.db").path);
    }

    void reads_users_and_passwords_with_every_character() {
        const DatabaseUrl url = parse_database_url("postgres://an%40na:p%2Fa%3As%25%C3%A9'\\=@h/d");
        CPPUNIT_ASSERT_EQUAL(std::string("an@na"), url.user);
        CPPUNIT_ASSERT_EQUAL(std::string("p/a:s%é'\\="), url.password);
        CPPUNIT_ASSERT_EQUAL(std::string("postgres://an@na@h/d"), url.name);
        CPPUNIT_ASSERT_EQUAL(std::string("p@w"), parse_database_url("mysql://u:p@w@h/d").password);
    }

    void reads_the_places_of_unix_sockets() {
        for (const char* url : {"postgres://u@%2Frun%2Fpg:5433/d",
                                "postgres://u@/d?host=/run/pg&port=5433",
                                "postgres://u@:5433//run/pg/d"}) {
            const DatabaseUrl read = parse_database_url(url);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, std::string("/run/pg"), read.host);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, 5433, static_cast<int>(read.port));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, std::string("d"), read.database);
        }
        for (const char* url :
             {"mysql://u@%2Frun%2Fm.sock/d", "mysql://u@localhost/d?unix_socket=/run/m.sock"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, std::string("/run/m.sock"), parse_database_url(url).host);
    }

    void hands_on_what_libpq_knows_and_passes_over_what_django_knows() {
        const DatabaseUrl url = parse_database_url(
            "postgres://u@h/d?sslmode=verify-full&conn_max_age=600&sslrootcert=/"
            "a%2Fb&options=-c%20search_path%3Da,b");
        const std::vector<std::pair<std::string, std::string>> expected = {
            {"sslmode", "verify-full"}, {"sslrootcert", "/a/b"}, {"options", "-c search_path=a,b"}};
        CPPUNIT_ASSERT(url.options == expected);
        CPPUNIT_ASSERT(parse_database_url("mysql://u@h/d?charset=utf8mb4").options.empty());
    }

    void says_what_is_wrong_without_the_password() {
        struct Case {
            const char* url;
            const char* part;
        };
        for (const Case& c : {
                 Case{"", "is not known; use sqlite, postgres or mysql"},
                 Case{"oracle://u:secret@h/d", "`oracle` is not known"},
                 Case{"postgres:u:secret@h/d", "names no server"},
                 Case{"postgres://u:secret@h", "names no database"},
                 Case{"postgres://u:secret@h/", "names no database"},
                 Case{"postgres://h/d", "names no user"},
                 Case{"postgres://:secret@h/d", "names no user"},
                 Case{"postgres://u:secret@h:x/d", "has a port that is no number"},
                 Case{"postgres://u:secret@h:0/d", "has a port that is no number"},
                 Case{"postgres://u:secret@h:65536/d", "has a port that is no number"},
                 Case{"postgres://u:secret%zz@h/d", "broken % escape"},
                 Case{"postgres://u:secret%00@h/d", "null character"},
                 Case{"mysql://u:secret%20@h/d",
                      "the password holds a semicolon, or begins or ends with a space"},
                 Case{"mysql://u:secret%3B@h/d", "the password holds a semicolon"},
                 Case{"postgres://u:secret@h/d?sslmod=require", "`sslmod` is not known"},
                 Case{"mysql://u:secret@h/d?sslmode=require", "`sslmode` is not known"},
                 Case{"sqlite://f", "names no file"},
                 Case{"sqlite:///", "names no file"},
                 Case{"sqlite:///d/", "names no file"},
                 Case{"sqlite:///f?mode=ro", "options behind `?`"},
                 Case{"sqlite:///:memory:", "in memory"},
             }) {
            const std::string problem = problem_of(c.url);
            CPPUNIT_ASSERT_MESSAGE(std::string(c.url) + ": " + problem,
                                   problem.find(c.part) != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(problem, problem.find("secret") == std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseUrlTest);

}  // namespace
}  // namespace zanhu::settings
