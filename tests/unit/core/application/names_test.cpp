#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <set>
#include <string>
#include <string_view>

#include <zanhu/names.h>

namespace {

using namespace zanhu;

class NamesTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(NamesTest);
    CPPUNIT_TEST(group_names_are_those_of_channels);
    CPPUNIT_TEST(channel_names_are_those_of_channels);
    CPPUNIT_TEST(a_usable_user_name_is_its_group);
    CPPUNIT_TEST(a_pattern_surrounds_the_user_name);
    CPPUNIT_TEST(a_name_that_channels_would_refuse_is_escaped);
    CPPUNIT_TEST(a_reserved_name_is_escaped);
    CPPUNIT_TEST(nobody_takes_another_group_by_choosing_an_escaped_name);
    CPPUNIT_TEST(a_chosen_name_is_itself_or_escaped);
    CPPUNIT_TEST(a_pattern_must_tell_users_apart);
    CPPUNIT_TEST_SUITE_END();

    const NameSet reserved_{"notifications", "own"};

public:
    void group_names_are_those_of_channels() {
        CPPUNIT_ASSERT(is_valid_group_name(std::string(99, 'a')) &&
                       !is_valid_group_name(std::string(100, 'a')));
        for (const char* good : {"a", "Z-9_.", ".", "user.1"})
            CPPUNIT_ASSERT_MESSAGE(good, is_valid_group_name(good));
        for (const char* bad : {"", "a b", "a!", "a@b", "a+b", "张三", "a\n", "a/b", "a:b", "é"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !is_valid_group_name(bad));
        }
        CPPUNIT_ASSERT(!is_valid_group_name(std::string_view("a\0", 2)));
    }

    void channel_names_are_those_of_channels() {
        CPPUNIT_ASSERT(
            is_valid_channel_name("specific." + std::string(32, '0') + "!" + std::string(32, 'f')));
        CPPUNIT_ASSERT(is_valid_channel_name(std::string(98, 'a') + "!") &&
                       !is_valid_channel_name(std::string(99, 'a') + "!"));
        for (const char* good : {"a", "a.b-c_d", "a!", "a!b", "x.y!z.w-_"})
            CPPUNIT_ASSERT_MESSAGE(good, is_valid_channel_name(good));
        for (const char* bad :
             {"", "!", "!a", "a!b!c", "a!!", "a b", "a!b c", "张!a", "a!张", "a\n", "a!b\n"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !is_valid_channel_name(bad));
        }
    }

    void a_usable_user_name_is_its_group() {
        for (const char* name : {"alice", "Alice", "u.smith", "a-b_c.d", "9"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(name), user_group("{username}", name, reserved_));
        }
        CPPUNIT_ASSERT_EQUAL(std::string(99, 'a'), user_group("{username}", std::string(99, 'a')));
    }

    void a_pattern_surrounds_the_user_name() {
        CPPUNIT_ASSERT_EQUAL(std::string("user-alice.x"),
                             user_group("user-{username}.x", "alice", reserved_));
        CPPUNIT_ASSERT_EQUAL(std::string("user-notifications"),
                             user_group("user-{username}", "notifications", reserved_));
    }

    void a_name_that_channels_would_refuse_is_escaped() {
        const std::string group = user_group("{username}", "张三", reserved_);
        CPPUNIT_ASSERT_EQUAL(std::string("zanhu.user.1d841bc0ee98309cb7916670b7f0fdef5f4c3515"), group);
        std::set<std::string> groups;
        for (const std::string& name : {std::string("a@b"),
                                        std::string("a+b"),
                                        std::string("é"),
                                        std::string("张三"),
                                        std::string("{username}"),
                                        std::string(100, 'a'),
                                        std::string(150, 'a'),
                                        std::string()}) {
            const std::string escaped = user_group("{username}", name, reserved_);
            CPPUNIT_ASSERT(is_valid_group_name(escaped) && escaped.starts_with(k_escaped_group_prefix));
            CPPUNIT_ASSERT_MESSAGE(name, groups.insert(escaped).second);
        }
        CPPUNIT_ASSERT(
            user_group("user-{username}", std::string(95, 'a')).starts_with(k_escaped_group_prefix));
    }

    void a_reserved_name_is_escaped() {
        for (const char* name : {"notifications", "broadcast"}) {
            CPPUNIT_ASSERT(user_group("{username}", name).starts_with(k_escaped_group_prefix));
            CPPUNIT_ASSERT_EQUAL(std::string(name), user_group("{username}", name, {}));
        }
        CPPUNIT_ASSERT(user_group("{username}", "own", reserved_).starts_with(k_escaped_group_prefix));
        CPPUNIT_ASSERT_EQUAL(std::string("own"), user_group("{username}", "own"));
        CPPUNIT_ASSERT(user_group("notifi{username}", "cations").starts_with(k_escaped_group_prefix));
    }

    void nobody_takes_another_group_by_choosing_an_escaped_name() {
        const std::string victim = user_group("{username}", "张三", reserved_);
        CPPUNIT_ASSERT(user_group("{username}", victim, reserved_) != victim);
        CPPUNIT_ASSERT(user_group("zanhu.{username}", victim.substr(6), reserved_) != victim);
        CPPUNIT_ASSERT(user_group("{username}", "zanhu.user.x", reserved_) != "zanhu.user.x");
        CPPUNIT_ASSERT(user_group("{username}", "zanhu.group.x", reserved_) != "zanhu.group.x");
    }

    void a_chosen_name_is_itself_or_escaped() {
        CPPUNIT_ASSERT_EQUAL(std::string("chat_blue"), usable_group("chat_blue"));
        std::set<std::string> groups;
        for (const std::string& name : {std::string("chat_蓝色"),
                                        std::string("chat blue"),
                                        std::string("notifications"),
                                        std::string("zanhu.user.x"),
                                        std::string("zanhu.group.x"),
                                        std::string(100, 'a'),
                                        std::string()}) {
            const std::string group = usable_group(name);
            CPPUNIT_ASSERT(is_valid_group_name(group) && group.starts_with(k_escaped_name_prefix));
            CPPUNIT_ASSERT_MESSAGE(name, groups.insert(group).second);
        }
        // What a Django view computes: docs/relay.md.
        CPPUNIT_ASSERT_EQUAL(std::string("zanhu.group.23fb0764a43f4e7f8c1991bb242b08ab295acdbc"),
                             usable_group("chat_蓝色"));
    }

    void a_pattern_must_tell_users_apart() {
        for (const char* good : {"{username}", "user-{username}", "{username}.inbox"}) {
            CPPUNIT_ASSERT_MESSAGE(good, !user_group_pattern_problem(good));
        }
        for (const char* bad : {"",
                                "users",
                                "{user}",
                                "{username}{username}",
                                "user {username}",
                                "ü{username}",
                                "{username}!"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, user_group_pattern_problem(bad));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NamesTest);

}  // namespace
