// Golden vectors: channels_redis 4.0.0 (utils.py) and Python's fnmatch.
#include "core/layer/redis_names.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include <zanhu/errors.h>

#include "core/layer/capacities.h"

namespace zanhu::layer {
namespace {

class RedisNamesTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(RedisNamesTest);
    CPPUNIT_TEST(shards_are_those_of_channels_redis);
    CPPUNIT_TEST(keys_are_those_of_channels_redis);
    CPPUNIT_TEST(a_name_is_cut_at_its_first_mark);
    CPPUNIT_TEST(a_score_has_six_decimals);
    CPPUNIT_TEST(globs_match_as_in_python);
    CPPUNIT_TEST(regular_expressions_match_from_the_beginning);
    CPPUNIT_TEST(the_first_capacity_that_matches_counts);
    CPPUNIT_TEST_SUITE_END();

public:
    void shards_are_those_of_channels_redis() {
        const char* const names[] = {
            "", "a", "notifications", "chat_room-1", "specific.0123456789abcdef0123456789abcdef!", "张三"};
        const struct {
            std::size_t shards;
            std::size_t expected[6];
        } cases[] = {{1, {0, 0, 0, 0, 0, 0}},
                     {2, {0, 1, 0, 1, 0, 0}},
                     {3, {0, 2, 0, 2, 1, 0}},
                     {4, {0, 3, 0, 3, 1, 0}},
                     {7, {0, 6, 0, 6, 2, 0}},
                     {16, {0, 14, 0, 15, 5, 0}}};
        for (const auto& each : cases) {
            for (std::size_t i = 0; i < 6; ++i)
                CPPUNIT_ASSERT_EQUAL_MESSAGE(names[i], each.expected[i], shard_of(names[i], each.shards));
        }
    }

    void keys_are_those_of_channels_redis() {
        const RedisKeys keys("asgi");
        CPPUNIT_ASSERT_EQUAL(std::string("asgispecific.ab!"), keys.queue("specific.ab!"));
        CPPUNIT_ASSERT_EQUAL(std::string("asgi:group:chat"), keys.group("chat"));
        CPPUNIT_ASSERT_EQUAL(std::string("asgi__group__chat"), keys.pubsub_group("chat"));
    }

    void a_name_is_cut_at_its_first_mark() {
        CPPUNIT_ASSERT_EQUAL(std::string("specific.a!"), std::string(non_local_part("specific.a!b!c")));
        CPPUNIT_ASSERT_EQUAL(std::string("b!c"), std::string(local_part("specific.a!b!c")));
        CPPUNIT_ASSERT_EQUAL(std::string("worker"), std::string(non_local_part("worker")));
        CPPUNIT_ASSERT(local_part("worker").empty());
    }

    void a_score_has_six_decimals() {
        CPPUNIT_ASSERT_EQUAL(std::string("1700000000.000001"), score_text(1'700'000'000'000'001));
        CPPUNIT_ASSERT_EQUAL(std::string("1700000000.120000"), score_text(1'700'000'000'120'000));
    }

    void globs_match_as_in_python() {
        const struct {
            const char* glob;
            const char* name;
            bool expected;
        } cases[] = {{"http.response!*", "http.response!abc", true},
                     {"http.response!*", "http.response", false},
                     {"*", "", true},
                     {"", "", true},
                     {"", "a", false},
                     {"a*b*c", "aXbXbc", true},
                     {"a*b*c", "aXbXcd", false},
                     {"?", "a", true},
                     {"?", "", false},
                     {"[abc]x", "bx", true},
                     {"[!abc]x", "bx", false},
                     {"[!abc]x", "dx", true},
                     {"[a-c]", "b", true},
                     {"[a-c]", "d", false},
                     {"[]]", "]", true},
                     {"[a", "[a", true},
                     {"[^a]", "^", true},
                     {"a.c", "abc", false},
                     {"**a", "xxa", true},
                     {"a\\*", "a*", false},
                     {"a\\*", "a\\x", true}};
        for (const auto& each : cases)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(each.glob) + " " + each.name,
                                         each.expected,
                                         NamePattern(each.glob).matches(each.name));
    }

    void regular_expressions_match_from_the_beginning() {
        CPPUNIT_ASSERT(NamePattern("regex:chat[0-9]+").matches("chat12.more"));
        CPPUNIT_ASSERT(!NamePattern("regex:chat[0-9]+").matches("a.chat12"));
        CPPUNIT_ASSERT_THROW(NamePattern("regex:("), ConfigError);
    }

    void the_first_capacity_that_matches_counts() {
        Capacities capacities(100);
        capacities.add(NamePattern("http.*"), 10);
        capacities.add(NamePattern("http.response!*"), 20);
        CPPUNIT_ASSERT_EQUAL(std::size_t(10), capacities.of("http.response!x"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(100), capacities.of("worker"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RedisNamesTest);

}  // namespace
}  // namespace zanhu::layer
