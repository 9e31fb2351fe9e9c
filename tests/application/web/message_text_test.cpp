#include "web/message_text.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace zanhu::web {
namespace {

class MessageTextTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(MessageTextTest);
    CPPUNIT_TEST(times_are_brought_into_one_form);
    CPPUNIT_TEST(what_is_no_time_is_refused);
    CPPUNIT_TEST(a_text_is_blank_when_python_says_so);
    CPPUNIT_TEST(a_text_is_measured_in_characters);
    CPPUNIT_TEST(every_kind_of_line_break_is_one_br);
    CPPUNIT_TEST_SUITE_END();

public:
    void times_are_brought_into_one_form() {
        const std::pair<const char*, const char*> cases[] = {
            {"2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000000Z"},
            {"2026-11-22T10:00:00.123Z", "2026-11-22T10:00:00.123000Z"},
            {"2026-11-22T10:00:00.123456Z", "2026-11-22T10:00:00.123456Z"},
            {"2026-11-22T10:00:00.1+00:00", "2026-11-22T10:00:00.100000Z"},
            {"2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000000Z"},
        };
        for (const auto& [given, normal] : cases) {
            CPPUNIT_ASSERT_EQUAL(std::string(normal), normal_time(given).value_or("none"));
        }
    }

    void what_is_no_time_is_refused() {
        for (const char* text : {"",
                                 "Z",
                                 "2026-11-22",
                                 "2026-11-22 10:00:00Z",
                                 "2026-11-22T10:00:00",
                                 "2026-11-22T10:00Z",
                                 "2026-11-22T10:00:00.Z",
                                 "2026-11-22T10:00:00.1234567Z",
                                 "2026-11-22T10:00:00+01:00",
                                 "2026-11-22T10:00:00ZZ",
                                 "2026-11-22T24:00:00Z",
                                 "2026-02-29T10:00:00Z",
                                 "2026-00-22T10:00:00Z",
                                 "2026-11-22T10:60:00Z",
                                 "9999-12-31T23:59:60Z",
                                 "2026-11-22t10:00:00z",
                                 "20x6-11-22T10:00:00Z",
                                 "-026-11-22T10:00:00Z",
                                 "2026-11-22T10:00:00Z' OR 1=1"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !normal_time(text));
        }
    }

    void a_text_is_blank_when_python_says_so() {
        for (const char* text : {"",
                                 " ",
                                 "\t\n\v\f\r",
                                 "\x1c\x1d\x1e\x1f",
                                 "\u0085",
                                 "\u00a0",
                                 "\u1680",
                                 "\u2000\u200a",
                                 "\u2028\u2029",
                                 "\u202f\u205f\u3000"}) {
            CPPUNIT_ASSERT_MESSAGE(text, check_text(text) == TextCheck::blank);
        }
        for (const char* text : {"x", " x ", "\u200b", "\ufeff", "\u3001", "😀", "\x01"}) {
            CPPUNIT_ASSERT_MESSAGE(text, check_text(text) == TextCheck::good);
        }
    }

    void a_text_is_measured_in_characters() {
        for (const std::string& character :
             {std::string("x"), std::string("é"), std::string("张"), std::string("😀")}) {
            std::string text;
            for (std::size_t i = 0; i < k_longest_message; ++i)
                text += character;
            CPPUNIT_ASSERT_MESSAGE(character, check_text(text) == TextCheck::good);
            CPPUNIT_ASSERT_MESSAGE(character, check_text(text + character) == TextCheck::too_long);
        }
    }

    void every_kind_of_line_break_is_one_br() {
        CPPUNIT_ASSERT_EQUAL(std::string("a<br>b<br>c<br>d"), html_fragment("a\nb\r\nc\rd"));
        CPPUNIT_ASSERT_EQUAL(std::string("<br><br>"), html_fragment("\n\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("<br>"), html_fragment("\r\n"));
        CPPUNIT_ASSERT_EQUAL(std::string(""), html_fragment(""));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageTextTest);

}  // namespace
}  // namespace zanhu::web
