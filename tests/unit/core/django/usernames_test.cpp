#include "core/django/usernames.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>

#include "core/django/nfkc.h"

namespace {

using namespace zanhu::django;

std::string repeated(std::string_view text, int count) {
    std::string out;
    for (int i = 0; i < count; ++i)
        out += text;
    return out;
}

class UsernamesTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(UsernamesTest);
    CPPUNIT_TEST(names_that_django_accepts_are_accepted);
    CPPUNIT_TEST(names_that_django_refuses_are_refused);
    CPPUNIT_TEST(the_names_of_our_own_groups_are_taken);
    CPPUNIT_TEST(a_name_is_counted_in_characters);
    CPPUNIT_TEST(broken_utf8_is_refused);
    CPPUNIT_TEST(a_name_that_nfkc_would_change_is_refused_with_its_character);
    CPPUNIT_TEST(the_table_of_changing_characters_has_its_edges_right);
    CPPUNIT_TEST(addresses_that_django_accepts_are_accepted);
    CPPUNIT_TEST(addresses_that_django_refuses_are_refused);
    CPPUNIT_TEST_SUITE_END();

public:
    void names_that_django_accepts_are_accepted() {
        for (const char* name : {"alice",
                                 "a",
                                 "张三",
                                 "a@b",
                                 "a.b+c-d_e",
                                 "9",
                                 "José",
                                 "Ωμέγα",
                                 "Иван",
                                 "محمد",
                                 "한글",
                                 "日本語",
                                 "๑๒",
                                 "...",
                                 "𠀀"}) {
            CPPUNIT_ASSERT_MESSAGE(name, !username_problem(name));
        }
    }

    void names_that_django_refuses_are_refused() {
        for (const char* name : {"",         " ",        "a b", "a\n",      "\ta", "a/b",   "a!b",
                                 "<b>",      "a\"",      "a,b", "a:b",      "a$",  "a\x7f", "e\u0301",
                                 "a\u00a0b", "a\u200bb", "😀",  "a\u202eb", "€",   "。",    "\u1885"}) {
            CPPUNIT_ASSERT_MESSAGE(name, username_problem(name));
        }
        CPPUNIT_ASSERT(username_problem(std::string_view("a\0b", 3)));
    }

    void the_names_of_our_own_groups_are_taken() {
        CPPUNIT_ASSERT(username_problem("notifications") && username_problem("broadcast"));
        CPPUNIT_ASSERT(!username_problem("Notifications") && !username_problem("notifications2"));
    }

    void a_name_is_counted_in_characters() {
        for (const char* character : {"a", "张", "𠀀"}) {
            CPPUNIT_ASSERT(!username_problem(repeated(character, 150)));
            const auto problem = username_problem(repeated(character, 151));
            CPPUNIT_ASSERT(problem && problem->find("151") != std::string::npos);
        }
    }

    void broken_utf8_is_refused() {
        for (const char* name :
             {"\xff", "a\xc3", "\xe5\xbc", "\xc0\xaf", "\xed\xa0\x80", "\x80", "\xf4\x90\x80\x80"}) {
            CPPUNIT_ASSERT(username_problem(name));
        }
    }

    void a_name_that_nfkc_would_change_is_refused_with_its_character() {
        const std::pair<const char*, const char*> cases[] = {{"ａlice", "U+FF41"},
                                                             {"ﬁn", "U+FB01"},
                                                             {"x²", "U+00B2"},
                                                             {"ª", "U+00AA"},
                                                             {"Ⅷ", "U+2167"},
                                                             {"ｱ", "U+FF71"},
                                                             {"\uf900", "U+F900"},
                                                             {"𝐀", "U+1D400"},
                                                             {"ᄒ\u1161", "U+1161"},
                                                             {"Å", nullptr},
                                                             {"\u212b", "U+212B"}};
        for (const auto& [name, character] : cases) {
            const auto problem = username_problem(name);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, character != nullptr, problem.has_value());
            if (problem) CPPUNIT_ASSERT_MESSAGE(*problem, problem->find(character) != std::string::npos);
        }
    }

    void the_table_of_changing_characters_has_its_edges_right() {
        for (const char32_t c : {U'\u00aa', U'\u00b2', U'\ufb00', U'\ufb06', U'\U0002f800', U'\U0002fa1d'}) {
            CPPUNIT_ASSERT(changes_under_nfkc(c));
        }
        for (const char32_t c :
             {U'\0', U'z', U'\u00c0', U'\u4e00', U'\ufa0e', U'\ua9cf', U'\U00020000', U'\U0010ffff'}) {
            CPPUNIT_ASSERT(!changes_under_nfkc(c));
        }
    }

    void addresses_that_django_accepts_are_accepted() {
        for (const char* email : {"",
                                  "a@b.co",
                                  "a@localhost",
                                  "a.b+c@d-e.example.com",
                                  "a@[127.0.0.1]",
                                  "a@[::1]",
                                  "\"ab\"@b.co",
                                  "\"a\\ b\"@b.co",
                                  "a@münchen.de",
                                  "a@例え.jp",
                                  "a@b.12",
                                  "a@xn--abc.com",
                                  "!#$%&'*+/=?^_`{}|~-@b.co"}) {
            CPPUNIT_ASSERT_MESSAGE(email, !email_problem(email));
        }
        CPPUNIT_ASSERT(!email_problem("a@" + repeated("b", 63) + ".com"));
    }

    void addresses_that_django_refuses_are_refused() {
        for (
            const char* email :
            {"a",         "@",       "a@",       "@b.co",        "a@b",       "a@b.c",         "a..b@b.co",
             ".a@b.co",   "a.@b.co", "a b@b.co", "a@b..co",      "a@b.co.",   "a@-b.co",       "a@b-.co",
             "a@b_c.co",  "a@@b.co", "a@b.co\n", "a\n@b.co",     "é@b.co",    "\"a\"b\"@b.co", "\"a\\\"@b.co",
             "a@[1.2.3]", "a@[]",    "a@[x]",    "a@[127.0.0.1", "\xff@b.co", "a@b.c\xff"}) {
            CPPUNIT_ASSERT_MESSAGE(email, email_problem(email));
        }
        CPPUNIT_ASSERT(email_problem("a@" + repeated("b", 64) + ".com"));
        CPPUNIT_ASSERT(!email_problem(repeated("a", 249) + "@b.co"));
        CPPUNIT_ASSERT(email_problem(repeated("a", 250) + "@b.co"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UsernamesTest);

}  // namespace
