#include "core/ws/message_reader.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "tests/unit/core/ws/wire.h"

namespace zanhu::ws {
namespace {

using wire::code_bytes;
using wire::Form;
using wire::frame;
using wire::header;

// An idle connection keeps one of these.
static_assert(sizeof(MessageReader) <= 80);

const Limits k_limits{.max_message_size = 300, .max_frame_size = 200, .max_fragments = 4};

struct Case {
    const char* name;
    std::string bytes;
    std::string seen;
};

std::string letters(std::size_t n) {
    return std::string(n, 'x');
}

std::vector<Case> good_cases() {
    return {
        {"text", frame(0x81, "Hello"), "text(Hello) "},
        {"empty text", frame(0x81), "text() "},
        {"empty binary", frame(0x82), "binary() "},
        {"binary that is not UTF-8", frame(0x82, "\xFF\xFE"), "binary(\xFF\xFE) "},
        {"several", frame(0x81, "a") + frame(0x82, "b") + frame(0x81, "中"), "text(a) binary(b) text(中) "},
        {"16-bit length", frame(0x81, letters(126)), "text(" + letters(126) + ") "},
        {"in fragments", frame(0x01, "Hel") + frame(0x00, "l") + frame(0x80, "o"), "text(Hello) "},
        {"empty fragments", frame(0x02) + frame(0x00) + frame(0x80), "binary() "},
        {"a character in three fragments",
         frame(0x01, "\xE4") + frame(0x00, "\xB8") + frame(0x80, "\xAD"),
         "text(中) "},
        {"ping and pong", frame(0x89, "p") + frame(0x8A, "q") + frame(0x89), "ping(p) pong(q) ping() "},
        {"longest ping", frame(0x89, letters(125)), "ping(" + letters(125) + ") "},
        {"control frames between fragments",
         frame(0x01, "He") + frame(0x89, "1") + frame(0x8A, "\xFF") + frame(0x00, "l") + frame(0x89) +
             frame(0x80, "lo") + frame(0x82, "b"),
         "ping(1) pong(\xFF) ping() text(Hello) binary(b) "},
        {"a control frame inside of a character",
         frame(0x01, "\xE4\xB8") + frame(0x89, "\xE4") + frame(0x80, "\xAD"),
         "ping(\xE4) text(中) "},
        {"two messages in fragments",
         frame(0x01, "a") + frame(0x80, "b") + frame(0x02, "\xFF") + frame(0x80, "d"),
         "text(ab) binary(\xFF"
         "d) "},
        {"a whole frame right after one in fragments",
         frame(0x01, "a") + frame(0x80, "b") + frame(0x81, "c"),
         "text(ab) text(c) "},
        {"close without code", frame(0x88), "close 1005() "},
        {"close with code", frame(0x88, code_bytes(1000)), "close 1000() "},
        {"close with reason", frame(0x88, code_bytes(4007) + "bye 再见"), "close 4007(bye 再见) "},
        {"longest reason", frame(0x88, code_bytes(3000) + letters(123)), "close 3000(" + letters(123) + ") "},
        {"data after close", frame(0x88, code_bytes(1001)) + frame(0x81, "x") + "\xFF\xFF", "close 1001() "},
        {"close between fragments",
         frame(0x01, "a") + frame(0x88, code_bytes(1001) + "gone") + frame(0x80, "b"),
         "close 1001(gone) "},
        {"as long as a frame may be", frame(0x82, letters(200)), "binary(" + letters(200) + ") "},
        {"as long as a message may be",
         frame(0x02, letters(200)) + frame(0x80, letters(100)),
         "binary(" + letters(300) + ") "},
        {"as many fragments as may be",
         frame(0x01, "a") + frame(0x00, "b") + frame(0x00, "c") + frame(0x80, "d"),
         "text(abcd) "},
    };
}

std::vector<Case> protocol_errors() {
    std::vector<Case> cases{
        {"unmasked text", std::string("\x81\x05Hello"), "error 1002 "},
        {"unmasked ping", std::string("\x89\x00", 2), "error 1002 "},
        {"unmasked close", std::string("\x88\x02\x03\xE8"), "error 1002 "},
        {"unmasked continuation", frame(0x01, "a") + std::string("\x80\x01b"), "error 1002 "},
        {"continuation without start", frame(0x80, "x"), "error 1002 "},
        {"continuation that goes on without start", frame(0x00, "x"), "error 1002 "},
        {"continuation after the end",
         frame(0x01, "a") + frame(0x80, "b") + frame(0x80, "c"),
         "text(ab) error 1002 "},
        {"text within a message", frame(0x01, "a") + frame(0x81, "b"), "error 1002 "},
        {"binary within a message", frame(0x01, "a") + frame(0x02, "b"), "error 1002 "},
        {"fragmented ping", frame(0x09, "a"), "error 1002 "},
        {"fragmented pong", frame(0x0A, "a"), "error 1002 "},
        {"fragmented close", frame(0x08, code_bytes(1000)), "error 1002 "},
        {"long ping", frame(0x89, letters(126)), "error 1002 "},
        {"long pong", frame(0x8A, letters(126)), "error 1002 "},
        {"long close", frame(0x88, code_bytes(1000) + letters(124)), "error 1002 "},
        {"very long ping", frame(0x89, letters(65536)).substr(0, 40), "error 1002 "},
        {"ping with a 16-bit length", frame(0x89, "abc", "1234", Form::in_16_bits), "error 1002 "},
        {"close of one byte", frame(0x88, "\x03"), "error 1002 "},
        {"length 125 in 16 bits", frame(0x82, letters(125), "1234", Form::in_16_bits), "error 1002 "},
        {"length 0 in 16 bits", frame(0x82, "", "1234", Form::in_16_bits), "error 1002 "},
        {"length 126 in 64 bits", frame(0x82, letters(126), "1234", Form::in_64_bits), "error 1002 "},
        {"length 65535 in 64 bits", header(0x82, 65535, "1234", Form::in_64_bits), "error 1002 "},
        {"length with the top bit", header(0x82, std::uint64_t{1} << 63), "error 1002 "},
        {"length of all ones", header(0x82, ~std::uint64_t{0}), "error 1002 "},
        {"good, then bad, then good",
         frame(0x81, "a") + frame(0x83) + frame(0x81, "b"),
         "text(a) error 1002 "},
    };
    for (const unsigned bits : {0x10, 0x20, 0x40, 0x30, 0x50, 0x60, 0x70}) {
        for (const unsigned first : {0x81, 0x82, 0x01, 0x88, 0x89, 0x8A}) {
            cases.push_back({"reserved bit", frame(first | bits, "\x03\xE8"), "error 1002 "});
        }
        cases.push_back({"reserved bit later", frame(0x01, "a") + frame(0x80 | bits, "b"), "error 1002 "});
    }
    for (const unsigned opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        cases.push_back({"reserved opcode", frame(0x80 | opcode, "a"), "error 1002 "});
        cases.push_back({"reserved opcode, not final", frame(opcode, "a"), "error 1002 "});
        cases.push_back({"reserved opcode later", frame(0x01, "a") + frame(0x80 | opcode), "error 1002 "});
    }
    return cases;
}

std::vector<Case> payload_and_limit_errors() {
    return {
        {"text that is not UTF-8", frame(0x81, "a\xFFz"), "error 1007 "},
        {"long text that is not UTF-8", frame(0x81, letters(130) + "\xC0\xAF"), "error 1007 "},
        {"half a character at the end", frame(0x81, "a\xE4\xB8"), "error 1007 "},
        {"half a character at the end of the last fragment",
         frame(0x01, "a") + frame(0x80, "\xE4\xB8"),
         "error 1007 "},
        {"half a character and an empty last fragment", frame(0x01, "\xE4") + frame(0x80), "error 1007 "},
        {"wrong in the first fragment", frame(0x01, "\xFF") + frame(0x80, "b"), "error 1007 "},
        {"wrong across fragments", frame(0x01, "\xED") + frame(0x80, "\xA0\x80"), "error 1007 "},
        {"good, then not UTF-8",
         frame(0x81, "a") + frame(0x81, "\x80") + frame(0x81, "b"),
         "text(a) error 1007 "},
        {"close reason that is not UTF-8", frame(0x88, code_bytes(1000) + "\xFF"), "error 1007 "},
        {"close reason that ends in half a character",
         frame(0x88, code_bytes(1000) + "\xE4\xB8"),
         "error 1007 "},
        {"frame too big", frame(0x82, letters(201)), "error 1009 "},
        {"fragment too big", frame(0x02, letters(201)), "error 1009 "},
        {"later fragment too big", frame(0x02, "a") + frame(0x80, letters(201)), "error 1009 "},
        {"message too big", frame(0x02, letters(200)) + frame(0x80, letters(101)), "error 1009 "},
        {"message too big with a ping between",
         frame(0x02, letters(200)) + frame(0x89, "p") + frame(0x00, letters(100)) + frame(0x80, "a"),
         "ping(p) error 1009 "},
        {"64-bit length", header(0x82, 65536), "error 1009 "},
        {"highest length", header(0x82, ~std::uint64_t{0} >> 1), "error 1009 "},
        {"highest length, later", frame(0x02, "a") + header(0x80, ~std::uint64_t{0} >> 1), "error 1009 "},
        {"too many fragments",
         frame(0x01, "a") + frame(0x00) + frame(0x00) + frame(0x00) + frame(0x80),
         "error 1009 "},
    };
}

void check_every_cut(const Case& c) {
    const std::string_view bytes = c.bytes;
    CPPUNIT_ASSERT_EQUAL_MESSAGE(c.name, c.seen, wire::read_whole(k_limits, bytes));
    for (std::size_t size : {1, 2, 3, 5, 7, 13}) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            c.name, c.seen, wire::read_in_pieces(k_limits, bytes, [size] { return size; }));
    }
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        MessageReader reader(k_limits);
        std::string seen = wire::feed(reader, bytes.substr(0, cut));
        seen += wire::feed(reader, {});
        seen += wire::feed(reader, bytes.substr(cut));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(c.name + std::string(", cut at ") + std::to_string(cut), c.seen, seen);
        CPPUNIT_ASSERT_MESSAGE(c.name, !reader.mid_message());
    }
}

class MessageReaderTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(MessageReaderTest);
    CPPUNIT_TEST(good_input_gives_the_same_items_wherever_it_is_cut);
    CPPUNIT_TEST(protocol_errors_give_1002_wherever_they_are_cut);
    CPPUNIT_TEST(bad_payloads_give_1007_and_limits_1009_wherever_they_are_cut);
    CPPUNIT_TEST(every_close_code_is_answered_as_the_rfc_says);
    CPPUNIT_TEST_SUITE_END();

    void good_input_gives_the_same_items_wherever_it_is_cut() {
        for (const Case& c : good_cases())
            check_every_cut(c);
    }
    void protocol_errors_give_1002_wherever_they_are_cut() {
        for (const Case& c : protocol_errors())
            check_every_cut(c);
    }
    void bad_payloads_give_1007_and_limits_1009_wherever_they_are_cut() {
        for (const Case& c : payload_and_limit_errors())
            check_every_cut(c);
    }

    void every_close_code_is_answered_as_the_rfc_says() {
        std::vector<unsigned> codes{0, 1, 65535};
        for (unsigned code = 999; code <= 5000; ++code)
            codes.push_back(code);
        for (const unsigned code : codes) {
            const bool allowed = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                                 (code >= 3000 && code <= 4999);
            const std::string expected =
                allowed ? "close " + std::to_string(code) + "(r) " : std::string("error 1002 ");
            const std::string bytes = frame(0x88, code_bytes(code) + "r");
            CPPUNIT_ASSERT_EQUAL(expected, wire::read_whole(k_limits, bytes));
            CPPUNIT_ASSERT_EQUAL(expected, wire::read_in_pieces(k_limits, bytes, [] { return 1; }));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageReaderTest);

}  // namespace
}  // namespace zanhu::ws
