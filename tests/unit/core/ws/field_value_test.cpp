#include "core/ws/field_value.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

namespace zanhu::ws {
namespace {

using Lines = std::vector<std::string_view>;

struct Case {
    Lines lines;
    std::string expected;  ///< "error" when refused
};

std::string show_subprotocols(const Lines& lines) {
    std::string_view error;
    std::string shown;
    for (const std::string_view name : parse_subprotocols(lines, error))
        shown.append(name).append("|");
    return error.empty() ? shown : "error";
}

std::string show_extensions(const Lines& lines) {
    std::string_view error;
    std::string shown;
    for (const Extension& extension : parse_extensions(lines, error)) {
        shown.append(extension.name);
        for (const ExtensionParameter& parameter : extension.parameters) {
            shown.append(";").append(parameter.name);
            if (parameter.value) shown.append("=").append(*parameter.value);
        }
        shown.append("|");
    }
    return error.empty() ? shown : "error";
}

std::string repeated(const std::string& text, std::size_t n, bool numbered) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i)
        out += text + (numbered ? std::to_string(i) : "") + ",";
    return out;
}

class FieldValueTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(FieldValueTest);
    CPPUNIT_TEST(lists_of_tokens_are_told_from_others);
    CPPUNIT_TEST(subprotocols_are_distinct_tokens_in_order);
    CPPUNIT_TEST(extensions_are_parsed_by_the_grammar);
    CPPUNIT_TEST(malformed_extensions_are_refused);
    CPPUNIT_TEST(offers_are_bounded);
    CPPUNIT_TEST_SUITE_END();

    void lists_of_tokens_are_told_from_others() {
        for (const char* good : {"", "a", "a, b", " a ,\tb ", ",a,,b,", "HTTP/2.0, websocket"}) {
            CPPUNIT_ASSERT_MESSAGE(good, is_token_list(Lines{good}));
        }
        for (const char* bad : {"a b", "a;b", "a/", "/a", "a/b/c", "\"a\"", "a,b c", "a\x01"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !is_token_list(Lines{"good", bad}));
        }
    }

    void subprotocols_are_distinct_tokens_in_order() {
        const Case cases[] = {
            {{}, ""},
            {{"chat"}, "chat|"},
            {{"b, a"}, "b|a|"},
            {{" b\t,a ", "c"}, "b|a|c|"},
            {{"a,,b,"}, "a|b|"},
            {{"chat, Chat"}, "chat|Chat|"},
            {{""}, "error"},
            {{" , "}, "error"},
            {{"a, a"}, "error"},
            {{"a", "b", "a"}, "error"},
            {{"a b"}, "error"},
            {{"a, b/c"}, "error"},
            {{"a, \"b\""}, "error"},
            {{"聊天"}, "error"},
        };
        for (const Case& c : cases)
            CPPUNIT_ASSERT_EQUAL(c.expected, show_subprotocols(c.lines));
    }

    void extensions_are_parsed_by_the_grammar() {
        const Case cases[] = {
            {{}, ""},
            {{"permessage-deflate"}, "permessage-deflate|"},
            {{"permessage-deflate; client_max_window_bits"}, "permessage-deflate;client_max_window_bits|"},
            {{"a; b=1; c=\"2\", d;e"}, "a;b=1;c=2|d;e|"},
            {{"a;b = 1 ;\tc"}, "a;b=1;c|"},
            {{"a", " b ;x=y "}, "a|b;x=y|"},
            {{",a,,b,"}, "a|b|"},
            {{"a;x=\"y\\z\""}, "a;x=yz|"},
            {{"a, a"}, "a|a|"},
            {{"a; x; x"}, "a;x;x|"},
        };
        for (const Case& c : cases)
            CPPUNIT_ASSERT_EQUAL(c.expected, show_extensions(c.lines));
    }

    void malformed_extensions_are_refused() {
        for (const char* bad :
             {"",       " ",         ",",           ";",           "a;",          "a; ;b",      "a;b=",
              "a;b=,c", "a;=1",      "a;b=1 2",     "a b",         "a=1",         "a;b=\"\"",   "a;b=\"1",
              "a;b=\"", "a;b=\"1\\", "a;b=\"1\\\"", "a;b=\"1 2\"", "a;b=\"1,2\"", "a;b=\"1\"2", "a;b=1=2",
              "\"a\"",  "a/b",       "a;b=(1)",     "a;b;;c",      "a, ;b",       "a\x01",      "a;b=\x80"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(bad, std::string("error"), show_extensions(Lines{bad}));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("error"), show_extensions(Lines{"a", "b;"}));
    }

    void offers_are_bounded() {
        CPPUNIT_ASSERT(show_subprotocols(Lines{repeated("p", k_max_offers, true)}) != "error");
        CPPUNIT_ASSERT(show_subprotocols(Lines{repeated("p", k_max_offers + 1, true)}) == "error");
        CPPUNIT_ASSERT(show_extensions(Lines{repeated("e", k_max_offers, false)}) != "error");
        CPPUNIT_ASSERT(show_extensions(Lines{repeated("e", k_max_offers + 1, false)}) == "error");
        std::string parameters = "e";
        for (std::size_t i = 0; i < k_max_offers; ++i)
            parameters += ";p";
        CPPUNIT_ASSERT(show_extensions(Lines{parameters}) != "error");
        CPPUNIT_ASSERT(show_extensions(Lines{parameters + ";p"}) == "error");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FieldValueTest);

}  // namespace
}  // namespace zanhu::ws
