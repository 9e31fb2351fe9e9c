#include "core/admin/line_reader.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

namespace zanhu::admin {
namespace {

using State = LineReader::State;

/// All lines that are there now.
std::vector<std::string> take_all(LineReader& reader) {
    std::vector<std::string> lines;
    std::string line;
    while (reader.next(line) == State::line)
        lines.push_back(line);
    return lines;
}

class LineReaderTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(LineReaderTest);
    CPPUNIT_TEST(nothing_is_no_line);
    CPPUNIT_TEST(lines_are_the_same_wherever_the_bytes_are_cut);
    CPPUNIT_TEST(an_empty_line_is_a_line);
    CPPUNIT_TEST(a_line_of_the_limit_is_taken_and_one_byte_more_is_not);
    CPPUNIT_TEST(a_line_without_an_end_is_too_long_as_soon_as_it_passes_the_limit);
    CPPUNIT_TEST(a_good_line_ahead_of_a_long_one_is_still_taken);
    CPPUNIT_TEST(it_says_whether_bytes_are_left);
    CPPUNIT_TEST_SUITE_END();

public:
    void nothing_is_no_line() {
        LineReader reader;
        std::string line = "untouched";
        CPPUNIT_ASSERT(reader.next(line) == State::incomplete);
        reader.feed("");
        CPPUNIT_ASSERT(reader.next(line) == State::incomplete);
        CPPUNIT_ASSERT_EQUAL(std::string("untouched"), line);
    }

    void lines_are_the_same_wherever_the_bytes_are_cut() {
        const std::string bytes = "{\"a\": 1}\nsecond\n\nlast one\n";
        const std::vector<std::string> expected = {"{\"a\": 1}", "second", "", "last one"};
        for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
            LineReader reader(16);
            std::vector<std::string> lines;
            for (std::size_t at = 0; at < bytes.size(); at += piece) {
                reader.feed(std::string_view(bytes).substr(at, piece));
                for (std::string& line : take_all(reader))
                    lines.push_back(std::move(line));
            }
            CPPUNIT_ASSERT_MESSAGE("pieces of " + std::to_string(piece), expected == lines);
        }
    }

    void an_empty_line_is_a_line() {
        LineReader reader;
        reader.feed("\n");
        std::string line = "x";
        CPPUNIT_ASSERT(reader.next(line) == State::line);
        CPPUNIT_ASSERT(line.empty());
    }

    void a_line_of_the_limit_is_taken_and_one_byte_more_is_not() {
        LineReader fits(4);
        fits.feed("1234\n");
        std::string line;
        CPPUNIT_ASSERT(fits.next(line) == State::line);
        LineReader does_not(4);
        does_not.feed("12345\n");
        CPPUNIT_ASSERT(does_not.next(line) == State::too_long);
    }

    void a_line_without_an_end_is_too_long_as_soon_as_it_passes_the_limit() {
        LineReader reader(4);
        std::string line;
        reader.feed("1234");
        CPPUNIT_ASSERT(reader.next(line) == State::incomplete);
        reader.feed("5");
        CPPUNIT_ASSERT(reader.next(line) == State::too_long);
    }

    void a_good_line_ahead_of_a_long_one_is_still_taken() {
        LineReader reader(4);
        reader.feed("ok\nfar too long");
        std::string line;
        CPPUNIT_ASSERT(reader.next(line) == State::line);
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), line);
        CPPUNIT_ASSERT(reader.next(line) == State::too_long);
    }

    void it_says_whether_bytes_are_left() {
        LineReader reader;
        CPPUNIT_ASSERT(reader.empty());
        reader.feed("a\nb");
        CPPUNIT_ASSERT(!reader.empty());
        std::string line;
        CPPUNIT_ASSERT(reader.next(line) == State::line);
        CPPUNIT_ASSERT(!reader.empty());
        reader.feed("\n");
        CPPUNIT_ASSERT(reader.next(line) == State::line);
        CPPUNIT_ASSERT(reader.empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LineReaderTest);

}  // namespace
}  // namespace zanhu::admin
