#include "web/template.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <array>

#include <zanhu/errors.h>

namespace zanhu::web {
namespace {

constexpr std::array<std::string_view, 2> k_names = {"name", "other"};

std::string render(std::string_view source, std::string_view name, Language language = Language::english) {
    const std::pair<std::string_view, std::string_view> values[] = {{"name", name}};
    return Template(source, k_names).render(values, language);
}

class TemplateTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(TemplateTest);
    CPPUNIT_TEST(values_are_escaped);
    CPPUNIT_TEST(texts_are_put_in_by_language);
    CPPUNIT_TEST(a_value_is_not_a_template_itself);
    CPPUNIT_TEST(a_name_without_a_value_is_empty);
    CPPUNIT_TEST(a_faulty_template_is_refused_when_it_is_made);
    CPPUNIT_TEST_SUITE_END();

public:
    void values_are_escaped() {
        CPPUNIT_ASSERT_EQUAL(std::string("<p>&lt;&amp;&quot;&#x27;&gt;</p>"),
                             render("<p>{{name}}</p>", "<&\"'>"));
        CPPUNIT_ASSERT_EQUAL(std::string("xx"), render("{{name}}{{name}}", "x"));
        CPPUNIT_ASSERT_EQUAL(std::string("plain } {"), render("plain } {", "x"));
        CPPUNIT_ASSERT_EQUAL(std::string(), render("", "x"));
    }

    void texts_are_put_in_by_language() {
        CPPUNIT_ASSERT_EQUAL(std::string("<b>Log out</b>"), render("<b>{{t:logout}}</b>", ""));
        CPPUNIT_ASSERT_EQUAL(std::string("<b>退出登录</b>"),
                             render("<b>{{t:logout}}</b>", "", Language::chinese));
    }

    void a_value_is_not_a_template_itself() {
        CPPUNIT_ASSERT_EQUAL(std::string("{{name}}{{t:logout}}"), render("{{name}}", "{{name}}{{t:logout}}"));
    }

    void a_name_without_a_value_is_empty() {
        CPPUNIT_ASSERT_EQUAL(std::string("ab"), render("a{{other}}b", "x"));
    }

    void a_faulty_template_is_refused_when_it_is_made() {
        for (const char* source :
             {"{{name", "{{unknown}}", "{{t:no_such_text}}", "{{}}", "{{ name }}", "a{{name}}{{"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(source, Template(source, k_names), Error);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TemplateTest);

}  // namespace
}  // namespace zanhu::web
