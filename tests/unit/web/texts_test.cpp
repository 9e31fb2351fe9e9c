#include "web/texts.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "web/static_files.h"

namespace {

using zanhu::web::all_texts;
using zanhu::web::choose_language;
using zanhu::web::Language;
using zanhu::web::static_files;
using zanhu::web::StaticFile;
using zanhu::web::text;

/// The texts between `opening` and `closing`, for `{{t:` and `}}` the keys that a template uses.
std::vector<std::string> enclosed(std::string_view page, std::string_view opening, std::string_view closing) {
    std::vector<std::string> found;
    for (auto at = page.find(opening); at != std::string_view::npos; at = page.find(opening, at)) {
        at += opening.size();
        found.emplace_back(page.substr(at, page.find(closing, at) - at));
    }
    return found;
}

std::string_view file(std::string_view name) {
    const auto found = std::ranges::find(static_files(), name, &StaticFile::name);
    CPPUNIT_ASSERT_MESSAGE(std::string(name) + " is not there", found != static_files().end());
    return found->bytes;
}

/// "newMessages" of page.text("newMessages") is the attribute data-text-new-messages.
std::string attribute_of(std::string_view script_key) {
    std::string attribute = "data-text-";
    for (const char c : script_key) {
        if (std::isupper(static_cast<unsigned char>(c)) != 0) attribute += '-';
        attribute += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return attribute + "=\"";
}

std::set<std::string> placeholders(std::string_view sentence) {
    const auto names = enclosed(sentence, "{", "}");
    return {names.begin(), names.end()};
}

class TextsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(TextsTest);
    CPPUNIT_TEST(every_key_that_a_page_uses_exists);
    CPPUNIT_TEST(every_text_that_a_script_uses_is_handed_over_by_the_chat_page);
    CPPUNIT_TEST(every_key_has_both_languages_once_and_the_same_placeholders);
    CPPUNIT_TEST(an_unknown_key_is_shown_as_it_is);
    CPPUNIT_TEST(the_language_of_the_highest_quality_is_chosen);
    CPPUNIT_TEST(pages_have_nothing_inline_that_the_content_security_policy_refuses);
    CPPUNIT_TEST(every_address_of_a_static_file_in_a_page_is_one_of_a_file);
    CPPUNIT_TEST_SUITE_END();

    void every_key_that_a_page_uses_exists() {
        std::size_t used = 0;
        for (const auto page : {"login.html", "chat.html", "error.html"}) {
            for (const auto& key : enclosed(file(page), "{{t:", "}}")) {
                ++used;
                CPPUNIT_ASSERT_MESSAGE(
                    key, std::ranges::find(all_texts(), key, &zanhu::web::Text::key) != all_texts().end());
            }
        }
        CPPUNIT_ASSERT(used > 40);
    }

    void every_text_that_a_script_uses_is_handed_over_by_the_chat_page() {
        std::size_t used = 0;
        for (const auto& script : static_files()) {
            if (!script.name.ends_with(".js")) continue;
            for (const auto& key : enclosed(script.bytes, "page.text(\"", "\"")) {
                ++used;
                CPPUNIT_ASSERT_MESSAGE(key,
                                       file("chat.html").find(attribute_of(key)) != std::string_view::npos);
            }
        }
        CPPUNIT_ASSERT(used > 20);
    }

    void every_key_has_both_languages_once_and_the_same_placeholders() {
        std::set<std::string_view> keys;
        for (const auto& [key, english, chinese] : all_texts()) {
            const std::string name(key);
            CPPUNIT_ASSERT_MESSAGE(name, keys.insert(key).second);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, english, text(key, Language::english));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, chinese, text(key, Language::chinese));
            CPPUNIT_ASSERT_MESSAGE(name, !english.empty() && !chinese.empty());
            CPPUNIT_ASSERT_MESSAGE(name, placeholders(english) == placeholders(chinese));
        }
    }

    void an_unknown_key_is_shown_as_it_is() {
        CPPUNIT_ASSERT_EQUAL(std::string_view("no_such_key"), text("no_such_key", Language::chinese));
    }

    void the_language_of_the_highest_quality_is_chosen() {
        struct Case {
            std::string_view field;
            Language expected;
        };
        constexpr auto en = Language::english;
        constexpr auto zh = Language::chinese;
        constexpr Case cases[] = {
            {"", en},
            {"en", en},
            {"zh", zh},
            {"zh-CN", zh},
            {"ZH-hant-TW", zh},
            {"zhx", en},
            {"fr", en},
            {"zh-CN,zh;q=0.9,en;q=0.8", zh},
            {"en-GB,en;q=0.9,zh;q=0.8", en},
            {"fr, zh;q=0.7, en;q=0.3", zh},
            {"en;q=0.3 , zh ; q=0.301", zh},
            {"zh;q=0.5,en;q=0.5", zh},
            {"en;q=0.5,zh;q=0.5", en},
            {"zh;q=0", en},
            {"zh;q=0.000,fr", en},
            {"*", en},
            {"*;q=0.1,zh;q=0.2", zh},
            {"zh;q=0.1,*;q=0.2", en},
            {"zh;Q=1.000", zh},
            {"zh;q=1.001,en;q=0.1", en},
            {"zh;q=2,en;q=0.1", en},
            {"zh;q=.9,en;q=0.1", en},
            {"zh;q=0.1234,en;q=0.01", en},
            {"zh;q=-1,en;q=0.1", en},
            {"zh;q=,en;q=0.1", en},
            {"zh;level=1,en;q=0.1", en},
            {",,;;,zh", zh},
            {";q=1", en},
        };
        for (const auto& [field, expected] : cases) {
            CPPUNIT_ASSERT_MESSAGE(std::string(field), choose_language(field) == expected);
        }
        CPPUNIT_ASSERT_EQUAL(std::string_view("zh-CN"), zanhu::web::language_tag(zh));
        CPPUNIT_ASSERT_EQUAL(std::string_view("en"), zanhu::web::language_tag(en));
    }

    void pages_have_nothing_inline_that_the_content_security_policy_refuses() {
        for (const auto page : {"login.html", "chat.html", "error.html"}) {
            for (const auto refused :
                 {"<style", " style=", "<script>", " onclick=", " onload=", " onsubmit=", "javascript:"}) {
                CPPUNIT_ASSERT_MESSAGE(std::string(page) + ": " + refused,
                                       file(page).find(refused) == std::string_view::npos);
            }
        }
    }

    void every_address_of_a_static_file_in_a_page_is_one_of_a_file() {
        for (const auto page : {"login.html", "chat.html", "error.html"}) {
            const auto names = enclosed(file(page), "\"/static/", "\"");
            CPPUNIT_ASSERT(!names.empty());
            for (const auto& name : names)
                CPPUNIT_ASSERT_MESSAGE(name, !file(name).empty());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextsTest);

}  // namespace
