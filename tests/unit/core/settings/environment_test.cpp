#include "core/settings/environment.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <set>

#include <zanhu/errors.h>

#include "core/settings/schema.h"

namespace zanhu::settings {
namespace {

class EnvironmentTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(EnvironmentTest);
    CPPUNIT_TEST(variables_are_section_and_key_in_capitals);
    CPPUNIT_TEST(no_two_keys_share_a_variable);
    CPPUNIT_TEST(an_alias_counts_when_it_is_not_empty);
    CPPUNIT_TEST(the_admin_socket_depends_on_the_installation);
    CPPUNIT_TEST(the_state_directory_depends_on_the_installation);
    CPPUNIT_TEST(without_a_home_there_is_no_default);
    CPPUNIT_TEST(the_environment_of_the_process_is_read);
    CPPUNIT_TEST_SUITE_END();

    void variables_are_section_and_key_in_capitals() {
        CPPUNIT_ASSERT_EQUAL(std::string("ZANHU_SITE_SECRET_KEY"), variable_name("site", "secret_key"));
        CPPUNIT_ASSERT_EQUAL(std::string("ZANHU_ROUTE_ROOM_PATH"), variable_name("route.room", "path"));
        CPPUNIT_ASSERT_EQUAL(std::string("ZANHU_ROUTE_MY_ROOM_PATH"), variable_name("route.my-room", "path"));
    }

    void no_two_keys_share_a_variable() {
        std::set<std::string> names{std::string(k_file_variable)};
        for (const auto& section : schema()) {
            for (const auto& key : section.keys) {
                const auto name = variable_name(section.section, key.key);
                CPPUNIT_ASSERT_MESSAGE(name, names.insert(name).second);
            }
        }
    }

    void an_alias_counts_when_it_is_not_empty() {
        CPPUNIT_ASSERT(find_alias({{"SECRET_KEY", ""}}, "site", "secret_key") == nullptr);
        CPPUNIT_ASSERT(find_alias({{"SECRET_KEY", "x"}}, "site", "title") == nullptr);
        const auto* alias =
            find_alias({{"SECRET_KEY", "x"}, {"DJANGO_SECRET_KEY", "y"}}, "site", "secret_key");
        CPPUNIT_ASSERT(alias != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("DJANGO_SECRET_KEY"), std::string(alias->variable));
    }

    void the_admin_socket_depends_on_the_installation() {
        const Environment user{{"HOME", "/home/a"}, {"XDG_RUNTIME_DIR", "/run/user/7"}};
        CPPUNIT_ASSERT_EQUAL(std::string("/run/user/7/zanhu-admin.sock"), default_admin_socket(user, 7));
        CPPUNIT_ASSERT_EQUAL(std::string("/run/zanhu/admin.sock"), default_admin_socket(user, 0));
        CPPUNIT_ASSERT_EQUAL(std::string("/home/a/.zanhu/admin.sock"),
                             default_admin_socket({{"HOME", "/home/a"}}, 7));
        const Environment unit{{"RUNTIME_DIRECTORY", "/run/chat:/run/other"}, {"HOME", "/"}};
        CPPUNIT_ASSERT_EQUAL(std::string("/run/chat/admin.sock"), default_admin_socket(unit, 7));
    }

    void the_state_directory_depends_on_the_installation() {
        const Environment user{{"HOME", "/home/a"}, {"XDG_STATE_HOME", "/home/a/s"}};
        CPPUNIT_ASSERT_EQUAL(std::string("/home/a/s/zanhu"), default_state_directory(user, 7));
        CPPUNIT_ASSERT_EQUAL(std::string("/var/lib/zanhu"), default_state_directory(user, 0));
        const Environment relative{{"HOME", "/home/a"}, {"XDG_STATE_HOME", "s"}};
        CPPUNIT_ASSERT_EQUAL(std::string("/home/a/.local/state/zanhu"), default_state_directory(relative, 7));
        CPPUNIT_ASSERT_EQUAL(std::string("/var/lib/chat"),
                             default_state_directory({{"STATE_DIRECTORY", "/var/lib/chat"}}, 7));
    }

    void without_a_home_there_is_no_default() {
        CPPUNIT_ASSERT_THROW(default_admin_socket({}, 7), ConfigError);
        CPPUNIT_ASSERT_THROW(default_state_directory({{"HOME", "relative"}}, 7), ConfigError);
    }

    void the_environment_of_the_process_is_read() {
        CPPUNIT_ASSERT_EQUAL(0, ::setenv("SETTINGS_TEST_VARIABLE", "a=b", 1));
        const auto environment = process_environment();
        ::unsetenv("SETTINGS_TEST_VARIABLE");
        CPPUNIT_ASSERT_EQUAL(std::string("a=b"), environment.at("SETTINGS_TEST_VARIABLE"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EnvironmentTest);

}  // namespace
}  // namespace zanhu::settings
