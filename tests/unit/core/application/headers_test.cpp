#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zanhu/headers.h>

namespace {

using zanhu::Field;
using zanhu::Headers;

std::string text_of(const Headers& headers) {
    std::string text;
    for (const Field field : headers)
        text.append(field.name).append("=").append(field.value).append(";");
    return text;
}

class HeadersTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(HeadersTest);
    CPPUNIT_TEST(names_are_stored_in_lower_case_and_found_in_any);
    CPPUNIT_TEST(the_order_is_that_of_adding);
    CPPUNIT_TEST(set_replaces_all_fields_of_the_name);
    CPPUNIT_TEST(bad_names_and_values_are_refused_and_change_nothing);
    CPPUNIT_TEST(every_control_character_is_found_at_every_place);
    CPPUNIT_TEST(a_field_may_be_copied_from_the_same_headers);
    CPPUNIT_TEST(copies_and_moves_keep_the_text);
    CPPUNIT_TEST(cleared_headers_are_empty_and_usable);
    CPPUNIT_TEST(token_lists_are_searched_in_any_case);
    CPPUNIT_TEST_SUITE_END();

public:
    void names_are_stored_in_lower_case_and_found_in_any() {
        const Headers headers = {{"Content-Type", "Text/HTML"}};
        CPPUNIT_ASSERT_EQUAL(std::string("content-type=Text/HTML;"), text_of(headers));
        CPPUNIT_ASSERT(headers.find("CONTENT-type") == "Text/HTML");
        CPPUNIT_ASSERT(headers.contains("content-type"));
        CPPUNIT_ASSERT(!headers.contains("content-typ"));
        CPPUNIT_ASSERT(!headers.contains(""));
    }

    void the_order_is_that_of_adding() {
        const Headers headers = {{"b", "1"}, {"a", "2"}, {"B", ""}};
        CPPUNIT_ASSERT_EQUAL(std::string("b=1;a=2;b=;"), text_of(headers));
        CPPUNIT_ASSERT(headers.find("b") == "1");
        const std::vector<std::string_view> both = {"1", ""};
        CPPUNIT_ASSERT(headers.all("B") == both);
        CPPUNIT_ASSERT(headers.all("c").empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), headers.size());
    }

    void set_replaces_all_fields_of_the_name() {
        Headers headers = {{"a", "1"}, {"x", "2"}, {"b", "3"}, {"X", "4"}};
        headers.set("x", "new");
        CPPUNIT_ASSERT_EQUAL(std::string("a=1;x=new;b=3;"), text_of(headers));
        headers.set("C", "5");
        CPPUNIT_ASSERT_EQUAL(std::string("a=1;x=new;b=3;c=5;"), text_of(headers));
        CPPUNIT_ASSERT_THROW(headers.set("x", "a\nb"), std::invalid_argument);
        CPPUNIT_ASSERT_EQUAL(std::string("a=1;x=new;b=3;c=5;"), text_of(headers));
    }

    void bad_names_and_values_are_refused_and_change_nothing() {
        Headers headers = {{"a", "1"}};
        for (const std::string_view name : {"", "a b", "a:", "a\r\n", "(a)", "\xc3\xa9", "a\x7f"}) {
            CPPUNIT_ASSERT_THROW(headers.add(name, "x"), std::invalid_argument);
            CPPUNIT_ASSERT(!headers.try_add(name, "x"));
        }
        CPPUNIT_ASSERT_THROW(headers.add("location", "/\r\nSet-Cookie: x=1"), std::invalid_argument);
        CPPUNIT_ASSERT_EQUAL(std::string("a=1;"), text_of(headers));
        headers.add("b", "caf\xc3\xa9\t(1)");
        CPPUNIT_ASSERT(headers.find("b") == "caf\xc3\xa9\t(1)");
    }

    void every_control_character_is_found_at_every_place() {
        for (int code = 0; code < 256; ++code) {
            const bool good = code == '\t' || (code >= 0x20 && code != 0x7f);
            for (std::size_t place = 0; place < 20; ++place) {
                std::string value(20, '~');
                value[place] = static_cast<char>(code);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(code), good, zanhu::is_field_value(value));
                value[(place + 1) % 20] = '\t';
                CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(code), good, zanhu::is_field_value(value));
            }
        }
    }

    void a_field_may_be_copied_from_the_same_headers() {
        Headers headers = {{"first-name", "a value that is longer than any short string"}};
        for (int i = 0; i < 20; ++i)
            headers.add((*headers.begin()).name, *headers.find("first-name"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(21), headers.all("first-name").size());
        for (const Field field : headers)
            CPPUNIT_ASSERT(field.value == "a value that is longer than any short string");
        headers.set((*headers.begin()).name, *headers.find("first-name"));
        CPPUNIT_ASSERT_EQUAL(std::string("first-name=a value that is longer than any short string;"),
                             text_of(headers));
    }

    void copies_and_moves_keep_the_text() {
        Headers original = {{"a", "1"}, {"b", "2"}};
        const Headers copy = original;
        const Headers moved = std::move(original);
        CPPUNIT_ASSERT_EQUAL(std::string("a=1;b=2;"), text_of(copy));
        CPPUNIT_ASSERT_EQUAL(std::string("a=1;b=2;"), text_of(moved));
    }

    void cleared_headers_are_empty_and_usable() {
        Headers headers = {{"a", "1"}};
        headers.clear();
        CPPUNIT_ASSERT(headers.empty());
        CPPUNIT_ASSERT(!headers.contains("a"));
        headers.add("b", "2");
        CPPUNIT_ASSERT_EQUAL(std::string("b=2;"), text_of(headers));
    }

    void token_lists_are_searched_in_any_case() {
        using zanhu::list_contains_token;
        CPPUNIT_ASSERT(list_contains_token("keep-alive, Upgrade", "upgrade"));
        CPPUNIT_ASSERT(list_contains_token(",,\tUPGRADE ,", "upgrade"));
        CPPUNIT_ASSERT(!list_contains_token("upgrades, up grade, xupgrade", "upgrade"));
        CPPUNIT_ASSERT(!list_contains_token("", "upgrade"));
        CPPUNIT_ASSERT(!list_contains_token("a,,b", ""));
        const Headers headers = {{"connection", "keep-alive"}, {"connection", "x, Upgrade"}};
        CPPUNIT_ASSERT(list_contains_token(headers.all("connection"), "upgrade"));
        CPPUNIT_ASSERT(!list_contains_token(headers.all("connection"), "close"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeadersTest);

}  // namespace
