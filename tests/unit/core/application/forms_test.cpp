#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/forms.h>

namespace {

using zanhu::Form;
using zanhu::parse_urlencoded;

class FormsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(FormsTest);
    CPPUNIT_TEST(fields_are_read_in_order);
    CPPUNIT_TEST(the_last_of_a_name_is_found_and_all_are_kept);
    CPPUNIT_TEST(broken_forms_are_refused);
    CPPUNIT_TEST(the_number_of_fields_is_limited);
    CPPUNIT_TEST(html_is_escaped);
    CPPUNIT_TEST(utf8_is_checked_to_the_letter_of_rfc_3629);
    CPPUNIT_TEST_SUITE_END();

public:
    void fields_are_read_in_order() {
        struct Case {
            std::string_view body;
            Form::Fields fields;
        };
        const Case cases[] = {
            {"", {}},
            {"&&", {}},
            {"a=1&b=2", {{"a", "1"}, {"b", "2"}}},
            {"a=b=c", {{"a", "b=c"}}},
            {"a&b=", {{"a", ""}, {"b", ""}}},
            {"=x&", {{"", "x"}}},
            {"to=%E5%BC%A0%E4%B8%89&message=1+%2B+1%0A", {{"to", "张三"}, {"message", "1 + 1\n"}}},
            {"a+b=c%26d;e=f", {{"a b", "c&d;e=f"}}},
        };
        for (const Case& c : cases) {
            const std::optional<Form> form = parse_urlencoded(c.body);
            CPPUNIT_ASSERT_MESSAGE(std::string(c.body),
                                   form && Form::Fields(form->begin(), form->end()) == c.fields);
            CPPUNIT_ASSERT_EQUAL(c.fields.size(), form->size());
        }
    }

    void the_last_of_a_name_is_found_and_all_are_kept() {
        const std::optional<Form> form = parse_urlencoded("a=1&b=2&a=3");
        CPPUNIT_ASSERT(form && form->find("a") == "3");
        CPPUNIT_ASSERT(!form->find("c"));
        const std::vector<std::string_view> both = {"1", "3"};
        CPPUNIT_ASSERT(form->all("a") == both);
    }

    void broken_forms_are_refused() {
        for (const char* bad : {"a=%", "a=%4", "%zz=1", "a=%ff", "a=\xff", "%c3=%a9", "a=1&b=%E5%BC"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !parse_urlencoded(bad));
        }
    }

    void the_number_of_fields_is_limited() {
        CPPUNIT_ASSERT(parse_urlencoded("a&b&c&&", 3));
        CPPUNIT_ASSERT(!parse_urlencoded("a&b&c&d", 3));
    }

    void html_is_escaped() {
        CPPUNIT_ASSERT_EQUAL(std::string("&lt;a href=&quot;x&quot;&gt;&amp;amp;&#x27;张&lt;/a&gt;"),
                             zanhu::html_escape("<a href=\"x\">&amp;'张</a>"));
    }

    void utf8_is_checked_to_the_letter_of_rfc_3629() {
        for (const char* good : {"",
                                 "a",
                                 "\xc2\x80",
                                 "\xdf\xbf",
                                 "\xe0\xa0\x80",
                                 "\xed\x9f\xbf",
                                 "\xee\x80\x80",
                                 "\xef\xbf\xbf",
                                 "\xf0\x90\x80\x80",
                                 "\xf4\x8f\xbf\xbf",
                                 "a张b😀c"}) {
            CPPUNIT_ASSERT_MESSAGE(good, zanhu::is_utf8(good));
        }
        for (const char* bad : {"\x80",
                                "\xbf",
                                "\xc0\x80",
                                "\xc1\xbf",
                                "\xc2",
                                "\xc2\x41",
                                "\xe0\x9f\xbf",
                                "\xe5\xbc",
                                "\xed\xa0\x80",
                                "\xed\xbf\xbf",
                                "\xf0\x8f\xbf\xbf",
                                "\xf4\x90\x80\x80",
                                "\xf5\x80\x80\x80",
                                "\xff",
                                "a\xe5\xbc\x41",
                                "\xf0\x9f\x98"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !zanhu::is_utf8(bad));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FormsTest);

}  // namespace
