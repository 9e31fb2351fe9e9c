#include "core/ws/utf8.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <random>
#include <string>
#include <vector>

namespace zanhu::ws {
namespace {

// Encodes as the bit pattern of that length has it, right or wrong.
std::string encode(unsigned long code, int length) {
    if (length == 1) return std::string(1, static_cast<char>(code));
    std::string out;
    for (int i = 0; i < length - 1; ++i) {
        out.insert(out.begin(), static_cast<char>(0x80 | (code & 0x3F)));
        code >>= 6;
    }
    const unsigned lead = length == 2 ? 0xC0 : length == 3 ? 0xE0 : 0xF0;
    out.insert(out.begin(), static_cast<char>(lead | code));
    return out;
}

int shortest_length(unsigned long code) {
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

// Bytes up to and with the one that no valid text may hold there; 0 when all are in order so far.
std::size_t first_wrong(std::string_view bytes) {
    Utf8Validator validator;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (!validator.feed(bytes.substr(i, 1))) return i + 1;
    }
    return 0;
}

struct Case {
    const char* name;
    std::string bytes;
    std::size_t wrong;  ///< as first_wrong() says
    bool finished;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> table{
        {"nothing", "", 0, true},
        {"continuation alone", "\x80", 1, false},
        {"continuation alone, highest", "\xBF", 1, false},
        {"continuation after a character", "a\x80", 2, false},
        {"overlong slash, lead C0", "\xC0\xAF", 1, false},
        {"overlong, lead C1", "\xC1\xBF", 1, false},
        {"overlong of three", "\xE0\x9F\xBF", 2, false},
        {"overlong of four", "\xF0\x8F\xBF\xBF", 2, false},
        {"first surrogate", "\xED\xA0\x80", 2, false},
        {"last surrogate", "\xED\xBF\xBF", 2, false},
        {"over U+10FFFF", "\xF4\x90\x80\x80", 2, false},
        {"lead F5", "\xF5\x80\x80\x80", 1, false},
        {"lead F8", "\xF8\x88\x80\x80\x80", 1, false},
        {"FE", "\xFE", 1, false},
        {"FF", "\xFF", 1, false},
        {"half of two", "\xC3", 0, false},
        {"one of three", "\xE4", 0, false},
        {"two of three", "\xE4\xB8", 0, false},
        {"three of four", "\xF0\x9F\x98", 0, false},
        {"a letter instead of the second byte", "\xC3(", 2, false},
        {"a letter instead of the third byte", "\xE4\xB8(", 3, false},
        {"a letter instead of the fourth byte", "\xF0\x9F\x98(", 4, false},
        {"a lead instead of the second byte", "\xE4\xE4", 2, false},
        {"before the surrogates", "\xED\x9F\xBF", 0, true},
        {"after the surrogates", "\xEE\x80\x80", 0, true},
        {"lowest of two", "\xC2\x80", 0, true},
        {"highest of two", "\xDF\xBF", 0, true},
        {"lowest of three", "\xE0\xA0\x80", 0, true},
        {"highest of three, a noncharacter", "\xEF\xBF\xBF", 0, true},
        {"lowest of four", "\xF0\x90\x80\x80", 0, true},
        {"highest of four", "\xF4\x8F\xBF\xBF", 0, true},
        {"zero byte", std::string(1, '\0'), 0, true},
        {"mixed", "a é 中 😀 z", 0, true},
    };
    return table;
}

class Utf8Test : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(Utf8Test);
    CPPUNIT_TEST(the_table_is_judged_at_the_earliest_byte);
    CPPUNIT_TEST(every_place_in_a_long_text_gives_the_same_verdict);
    CPPUNIT_TEST(every_code_point_is_valid_in_its_shortest_form_only);
    CPPUNIT_TEST(random_bytes_are_judged_alike_however_they_are_cut);
    CPPUNIT_TEST(an_error_stays);
    CPPUNIT_TEST(a_prefix_ends_between_characters);
    CPPUNIT_TEST_SUITE_END();

    void the_table_is_judged_at_the_earliest_byte() {
        for (const Case& c : cases()) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.name, c.wrong, first_wrong(c.bytes));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.name, c.finished, is_valid_utf8(c.bytes));
            Utf8Validator validator;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.name, c.wrong == 0, validator.feed(c.bytes));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.name, c.finished, validator.finished());
        }
    }

    // The ways through blocks of 32 and 8 bytes and a short rest all have to see the same.
    void every_place_in_a_long_text_gives_the_same_verdict() {
        for (const Case& c : cases()) {
            for (std::size_t before = 0; before < 75; ++before) {
                for (const std::size_t after : {0, 1, 7, 8, 9, 31, 40}) {
                    if (c.wrong == 0 && !c.finished && after > 0) continue;
                    const std::string text = std::string(before, 'a') + c.bytes + std::string(after, 'z');
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(c.name, c.finished, is_valid_utf8(text));
                    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
                        Utf8Validator validator;
                        const bool ok = validator.feed(std::string_view(text).substr(0, cut)) &&
                                        validator.feed(std::string_view(text).substr(cut));
                        CPPUNIT_ASSERT_EQUAL_MESSAGE(c.name, c.wrong == 0, ok);
                        CPPUNIT_ASSERT_EQUAL_MESSAGE(c.name, c.finished, validator.finished());
                    }
                }
            }
        }
    }

    void every_code_point_is_valid_in_its_shortest_form_only() {
        for (unsigned long code = 0; code < 0x200000; ++code) {
            const bool scalar = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
            for (int length = shortest_length(code); length <= 4; ++length) {
                const bool expected = scalar && length == shortest_length(code);
                CPPUNIT_ASSERT_EQUAL(expected, is_valid_utf8(encode(code, length)));
            }
        }
    }

    void random_bytes_are_judged_alike_however_they_are_cut() {
        std::mt19937 random(6455);
        const std::vector<std::string> parts{
            "a", "text of ASCII", "é", "中文", "😀", "\x80", "\xE4\xB8", "\xFF"};
        for (int round = 0; round < 20000; ++round) {
            std::string text;
            const unsigned kinds = round % 2 == 0 ? 5 : 8;
            for (unsigned i = random() % 12; i > 0; --i)
                text += parts[random() % kinds];
            bool bytewise = first_wrong(text) == 0;
            Utf8Validator validator;
            bool in_pieces = true;
            for (std::string_view rest = text; !rest.empty();) {
                const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % 20);
                in_pieces = validator.feed(rest.substr(0, size));
                rest.remove_prefix(size);
            }
            CPPUNIT_ASSERT_EQUAL(bytewise, in_pieces);
            CPPUNIT_ASSERT_EQUAL(is_valid_utf8(text), validator.finished());
            if (kinds == 5) CPPUNIT_ASSERT(is_valid_utf8(text));
        }
    }

    void an_error_stays() {
        Utf8Validator validator;
        CPPUNIT_ASSERT(!validator.feed("\xFF"));
        CPPUNIT_ASSERT(!validator.feed("good text, long enough for the way by blocks"));
        CPPUNIT_ASSERT(!validator.feed(""));
        CPPUNIT_ASSERT(!validator.finished());
    }

    void a_prefix_ends_between_characters() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, utf8_prefix("", 10));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, utf8_prefix("abc", 10));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, utf8_prefix("abc", 2));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, utf8_prefix("中文", 5));
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, utf8_prefix("中文", 6));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, utf8_prefix("😀", 3));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             utf8_prefix("a\xFF"
                                         "b",
                                         3));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Utf8Test);

}  // namespace
}  // namespace zanhu::ws
