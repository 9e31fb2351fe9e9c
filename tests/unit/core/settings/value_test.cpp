#include "core/settings/value.h"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

namespace zanhu::settings {
namespace {

constexpr std::int64_t k_none = -1;

class ValueTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ValueTest);
    CPPUNIT_TEST(durations_have_units_and_a_bare_number_is_seconds);
    CPPUNIT_TEST(sizes_have_binary_units_and_a_bare_number_is_bytes);
    CPPUNIT_TEST(booleans_are_words_in_any_case);
    CPPUNIT_TEST(integers_are_digits_and_nothing_else);
    CPPUNIT_TEST(lists_keep_their_order_and_refuse_empty_entries);
    CPPUNIT_TEST(numbers_are_shown_in_the_largest_unit_that_fits);
    CPPUNIT_TEST(a_bad_value_is_answered_with_its_remedy);
    CPPUNIT_TEST(a_view_gives_each_kind);
    CPPUNIT_TEST(a_view_refuses_what_no_key_declares);
    CPPUNIT_TEST_SUITE_END();

    struct Case {
        std::string text;
        std::int64_t expected;
    };

    void durations_have_units_and_a_bare_number_is_seconds() {
        for (const auto& [text, expected] : std::vector<Case>{{"500ms", 500},
                                                              {"20s", 20'000},
                                                              {"20 s", 20'000},
                                                              {"5m", 300'000},
                                                              {"2h", 7'200'000},
                                                              {"14d", 1'209'600'000},
                                                              {"86400", 86'400'000},
                                                              {"0", 0},
                                                              {"", k_none},
                                                              {"s", k_none},
                                                              {"-1s", k_none},
                                                              {"1.5s", k_none},
                                                              {"5 minutes", k_none},
                                                              {"5M", k_none},
                                                              {"9223372036854775807s", k_none},
                                                              {"99999999999999999999", k_none}}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, expected, parse_duration(text).value_or(k_none));
        }
    }

    void sizes_have_binary_units_and_a_bare_number_is_bytes() {
        for (const auto& [text, expected] : std::vector<Case>{{"512", 512},
                                                              {"512B", 512},
                                                              {"16KiB", 16'384},
                                                              {"1 MiB", 1'048'576},
                                                              {"2GiB", 2'147'483'648},
                                                              {"1MB", k_none},
                                                              {"1kib", k_none},
                                                              {"-1", k_none},
                                                              {"8589934592GiB", k_none},
                                                              {"", k_none}}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, expected, parse_bytes(text).value_or(k_none));
        }
    }

    void booleans_are_words_in_any_case() {
        for (const auto* word : {"yes", "True", "ON", "1"})
            CPPUNIT_ASSERT_MESSAGE(word, parse_boolean(word) == true);
        for (const auto* word : {"no", "False", "OFF", "0"})
            CPPUNIT_ASSERT_MESSAGE(word, parse_boolean(word) == false);
        for (const auto* word : {"", "2", "y", "yes please"})
            CPPUNIT_ASSERT_MESSAGE(word, !parse_boolean(word));
    }

    void integers_are_digits_and_nothing_else() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-5}, parse_integer("-5").value());
        for (const auto* text : {"", "4x", "4 ", " 4", "0x10", "4.0", "99999999999999999999"})
            CPPUNIT_ASSERT_MESSAGE(text, !parse_integer(text));
    }

    void lists_keep_their_order_and_refuse_empty_entries() {
        CPPUNIT_ASSERT((parse_list("b,a , c d") == std::vector<std::string>{"b", "a", "c d"}));
        CPPUNIT_ASSERT(parse_list("  ")->empty());
        for (const auto* text : {",", "a,,b", "a,", ",a"})
            CPPUNIT_ASSERT_MESSAGE(text, !parse_list(text));
    }

    void numbers_are_shown_in_the_largest_unit_that_fits() {
        CPPUNIT_ASSERT_EQUAL(std::string("500ms"), format_duration(500));
        CPPUNIT_ASSERT_EQUAL(std::string("90s"), format_duration(90'000));
        CPPUNIT_ASSERT_EQUAL(std::string("1d"), format_duration(86'400'000));
        CPPUNIT_ASSERT_EQUAL(std::string("0ms"), format_duration(0));
        CPPUNIT_ASSERT_EQUAL(std::string("1MiB"), format_bytes(1'048'576));
        CPPUNIT_ASSERT_EQUAL(std::string("1025B"), format_bytes(1025));
    }

    void a_bad_value_is_answered_with_its_remedy() {
        const KeySpec integer{"k", ValueKind::integer, "1", "", 1, 64};
        const KeySpec duration{"k", ValueKind::duration, "1s", "", 100, 60'000};
        const KeySpec size{"k", ValueKind::bytes, "1KiB", "", 1024, 1'048'576};
        const KeySpec choice{"k", ValueKind::choice, "a", "", 0, 0, "a|bc"};
        const KeySpec secret{"k", ValueKind::secret_list, "", ""};
        const std::vector<std::tuple<KeySpec, std::string, std::string>> cases{
            {integer, "64", ""},
            {integer, "65", "`65` is too large; use 64 or less"},
            {integer, "0", "`0` is too small; use 1 or more"},
            {integer, "many", "`many` is not a whole number; write digits only, such as 16"},
            {duration, "50ms", "`50ms` is too small; use 100ms or more"},
            {duration, "2m", "`2m` is too large; use 1m or less"},
            {duration,
             "soon",
             "`soon` is not a duration; write a whole number and a unit: 500ms, 20s, 5m, 2h, 14d"},
            {size, "2MiB", "`2MiB` is too large; use 1MiB or less"},
            {size, "1MB", "`1MB` is not a size; write a whole number and a unit: 512B, 16KiB, 1MiB, 1GiB"},
            {choice, "bc", ""},
            {choice, "b", "`b` is not one of the choices; use one of: a, bc"},
            {choice, "a|bc", "`a|bc` is not one of the choices; use one of: a, bc"},
            {secret, "x,,y", "an entry of the list is empty; write one comma between two entries"},
        };
        for (const auto& [key, text, expected] : cases)
            CPPUNIT_ASSERT_EQUAL(expected, check_value(key, text));
    }

    void a_view_gives_each_kind() {
        const ConfigView view(
            "s", {{"n", "7"}, {"b", "yes"}, {"d", "2s"}, {"z", "1KiB"}, {"l", "x, y"}, {"t", "some text"}});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, view.integer("n"));
        CPPUNIT_ASSERT(view.boolean("b"));
        CPPUNIT_ASSERT(std::chrono::seconds(2) == view.duration("d"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1024}, view.bytes("z"));
        CPPUNIT_ASSERT((std::vector<std::string>{"x", "y"} == view.list("l")));
        CPPUNIT_ASSERT_EQUAL(std::string("some text"), view.text("t"));
        CPPUNIT_ASSERT_EQUAL(std::string("s"), view.section());
    }

    void a_view_refuses_what_no_key_declares() {
        const ConfigView view("s", {{"t", "some text"}});
        CPPUNIT_ASSERT_THROW(view.text("other"), std::logic_error);
        CPPUNIT_ASSERT_THROW(view.integer("t"), std::logic_error);
        CPPUNIT_ASSERT_THROW(view.boolean("t"), std::logic_error);
        CPPUNIT_ASSERT_THROW(view.duration("t"), std::logic_error);
        CPPUNIT_ASSERT_THROW(view.bytes("t"), std::logic_error);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ValueTest);

}  // namespace
}  // namespace zanhu::settings
