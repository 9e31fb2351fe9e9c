#include "core/storage/dialect.h"

#include <cppunit/extensions/HelperMacros.h>

namespace zanhu::storage {
namespace {

class DialectTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(DialectTest);
    CPPUNIT_TEST(numbers_places_for_postgresql_only_and_not_within_texts);
    CPPUNIT_TEST(quotes_names_in_each_ones_way);
    CPPUNIT_TEST(names_the_sites_own_users);
    CPPUNIT_TEST(stands_in_for_columns_that_a_model_does_not_have);
    CPPUNIT_TEST(writes_what_each_understands);
    CPPUNIT_TEST(writes_keys_as_the_column_has_them);
    CPPUNIT_TEST_SUITE_END();

    const Dialect sqlite_{DatabaseKind::sqlite, UserModel()};
    const Dialect postgresql_{DatabaseKind::postgresql, UserModel()};
    const Dialect mysql_{DatabaseKind::mysql, UserModel()};

    void numbers_places_for_postgresql_only_and_not_within_texts() {
        const char* text = "SELECT '?', x FROM t WHERE a = ? AND b = '''?' AND c IN (?, ?)";
        CPPUNIT_ASSERT_EQUAL(std::string("SELECT '?', x FROM t WHERE a = $1 AND b = '''?' AND c IN ($2, $3)"),
                             postgresql_.translate(text));
        CPPUNIT_ASSERT_EQUAL(std::string(text), sqlite_.translate(text));
        CPPUNIT_ASSERT_EQUAL(std::string(text), mysql_.translate(text));
    }

    void quotes_names_in_each_ones_way() {
        CPPUNIT_ASSERT_EQUAL(std::string("t.\"key\" = 'a\"b'"), postgresql_.translate("t.\"key\" = 'a\"b'"));
        CPPUNIT_ASSERT_EQUAL(std::string("t.`key` = 'a\"b'"), mysql_.translate("t.\"key\" = 'a\"b'"));
    }

    void names_the_sites_own_users() {
        UserModel model;
        model.table = "people.member";
        model.id = "uid";
        model.username = "email";
        const char* text = "SELECT {u.id}, {username} FROM {users} u";
        CPPUNIT_ASSERT_EQUAL(std::string("SELECT u.\"uid\", \"email\" FROM \"people\".\"member\" u"),
                             Dialect(DatabaseKind::postgresql, model).translate(text));
        CPPUNIT_ASSERT_EQUAL(std::string("SELECT u.`uid`, `email` FROM `people`.`member` u"),
                             Dialect(DatabaseKind::mysql, model).translate(text));
    }

    void stands_in_for_columns_that_a_model_does_not_have() {
        UserModel model;
        model.is_active.clear();
        model.is_staff.clear();
        model.email.clear();
        model.last_login.clear();
        CPPUNIT_ASSERT_EQUAL(std::string("(1 = 1), (1 = 0), '', NULL"),
                             Dialect(DatabaseKind::sqlite, model)
                                 .translate("{u.is_active}, {u.is_staff}, {u.email}, {moment u.last_login}"));
    }

    void writes_what_each_understands() {
        const char* text = "{moment m.at}, {position ? in u.username}, {distinct m.sender_id}, {key}";
        CPPUNIT_ASSERT_EQUAL(std::string("m.at, instr(u.\"username\", ?), m.sender_id IS NOT ?, ?"),
                             sqlite_.translate(text));
        CPPUNIT_ASSERT_EQUAL(
            std::string("to_char(m.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), "
                        "strpos(u.\"username\", $1), m.sender_id IS DISTINCT FROM $2, CAST($3 AS bigint)"),
            postgresql_.translate(text));
        CPPUNIT_ASSERT_EQUAL(std::string("m.at, instr(u.`username`, ?), NOT (m.sender_id <=> ?), ?"),
                             mysql_.translate(text));
    }

    void writes_keys_as_the_column_has_them() {
        UserModel model;
        model.key = UserModel::Key::uuid;
        const std::string id = "0190b0f2-0000-7000-8000-00000000abcd";
        CPPUNIT_ASSERT_EQUAL(id, Dialect(DatabaseKind::postgresql, model).key(id));
        CPPUNIT_ASSERT_EQUAL(std::string("0190b0f200007000800000000000abcd"),
                             Dialect(DatabaseKind::sqlite, model).key(id));
        CPPUNIT_ASSERT_EQUAL(id, model.id_of("0190B0F200007000800000000000ABCD").value());
        CPPUNIT_ASSERT(!model.id_of("7"));
        CPPUNIT_ASSERT_EQUAL(std::string("7"), UserModel().id_of("7").value());
        for (const char* none : {"", " 7", "7 ", "+7", "7.0", "0x7", "９", "99999999999999999999"})
            CPPUNIT_ASSERT_MESSAGE(none, !UserModel().id_of(none));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DialectTest);

}  // namespace
}  // namespace zanhu::storage
