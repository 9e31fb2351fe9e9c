#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/url_pattern.h>

namespace zanhu {
namespace {

constexpr const char* k_no_match = "no match";
constexpr auto k_endpoint = UrlPattern::Extent::endpoint;
constexpr auto k_prefix = UrlPattern::Extent::prefix;

struct Case {
    const char* pattern;
    const char* path;
    UrlPattern::Extent extent;
    const char* found;  // what is left over, args and kwargs as JSON; or k_no_match
};

// Every line is what RegexPattern.match() of Django 3.2 on Python 3.11 gives.
const Case k_cases[] = {
    {R"(bar)", "bar/", k_endpoint, R"(/|[]|{})"},
    {R"(bar)", "bar/baz/", k_endpoint, R"(/baz/|[]|{})"},
    {R"(bar)", "foo/bar/x", k_endpoint, R"(/x|[]|{})"},
    {R"(bar)", "ba", k_endpoint, k_no_match},
    {R"(^posarg/(\d+)/$)", "posarg/123/", k_endpoint, R"(|["123"]|{})"},
    {R"(^posarg/(\d+)/$)", "posarg/123/4", k_endpoint, k_no_match},
    {R"(^posarg/(\d+)/$)", "posarg/123/\n", k_endpoint, k_no_match},
    {R"(bar$)", "foo/bar", k_endpoint, k_no_match},
    {R"(bar$)", "bar", k_endpoint, R"(|[]|{})"},
    {R"(bar$)", "bar\n", k_endpoint, k_no_match},
    {R"(bar$)", "foo/bar", k_prefix, R"(|[]|{})"},
    {R"(bar\Z)", "foo/bar", k_endpoint, R"(|[]|{})"},
    {R"(bar\Z)", "foo/bar\n", k_endpoint, k_no_match},
    {R"(a|ab$)", "ab", k_endpoint, R"(|[]|{})"},
    {R"(a|ab$)", "a", k_endpoint, R"(|[]|{})"},
    {R"(a|ab)", "ab", k_endpoint, R"(b|[]|{})"},
    {R"(^(?P<a>\w+)/(\d+)/)", "x1/2/rest", k_prefix, R"(rest|[]|{"a": "x1"})"},
    {R"(^(?P<a>\w+)/(\d+)/)", "x1/2/rest", k_endpoint, R"(rest|[]|{"a": "x1"})"},
    {R"(^(?:(?P<a>a)|(?P<b>b))$)", "b", k_endpoint, R"(|[]|{"b": "b"})"},
    {R"(^(?:(a)|(b))$)", "b", k_endpoint, R"(|[null, "b"]|{})"},
    {R"(^(?P<a>x)?y)", "y", k_endpoint, R"(|[]|{})"},
    {R"(^(x)?y)", "y", k_endpoint, R"(|[null]|{})"},
    {R"(^(\w+)/$)", "张三/", k_endpoint, R"(|["\u5f20\u4e09"]|{})"},
    {R"(^(\w+)/$)", "a-b/", k_endpoint, k_no_match},
    {R"(^(\w+)/$)", "a_9é/", k_endpoint, R"(|["a_9\u00e9"]|{})"},
    {R"(^(\w+)/$)", "½²/", k_endpoint, R"(|["\u00bd\u00b2"]|{})"},
    {R"(^(\w+)/$)", "e\u0301/", k_endpoint, k_no_match},
    {R"(^(\d+)/$)", "٣/", k_endpoint, R"(|["\u0663"]|{})"},
    {R"(^(\d+)/$)", "²/", k_endpoint, k_no_match},
    {R"(^(\D+)$)", "a²", k_endpoint, R"(|["a\u00b2"]|{})"},
    {R"(^(\D+)$)", "٣", k_endpoint, k_no_match},
    {R"(^(\W+)$)", "-é", k_endpoint, k_no_match},
    {R"(^(\W+)$)", "-. ", k_endpoint, R"(|["-. "]|{})"},
    {R"(^([\W]+)$)", "-.\u203f€", k_endpoint, R"(|["-.\u203f\u20ac"]|{})"},
    {R"(^([\W]+)$)", "_", k_endpoint, k_no_match},
    {R"(^([^\W]+)$)", "_aé٣", k_endpoint, R"(|["_a\u00e9\u0663"]|{})"},
    {R"(^([\w.-]+)$)", "a.b-é", k_endpoint, R"(|["a.b-\u00e9"]|{})"},
    {R"(^([\w-]+)$)", "a/b", k_endpoint, k_no_match},
    {R"(^([\d\D]+)$)", "a1é", k_endpoint, R"(|["a1\u00e9"]|{})"},
    {R"(^([\w\W]+)$)", "a/ é", k_endpoint, R"(|["a/ \u00e9"]|{})"},
    {R"(^([\s\S]+)$)", "a \u00a0é", k_endpoint, R"(|["a \u00a0\u00e9"]|{})"},
    {R"(^(\s)$)", "\u00a0", k_endpoint, R"(|["\u00a0"]|{})"},
    {R"(^(\s)$)", "\u3000", k_endpoint, R"(|["\u3000"]|{})"},
    {R"(^(\s)$)", "\u200b", k_endpoint, k_no_match},
    {R"(^(\s)$)", "\x1f", k_endpoint, R"(|["\u001f"]|{})"},
    {R"(^(\s)$)", "\v", k_endpoint, R"(|["\u000b"]|{})"},
    {R"(^(\s)$)", "\xc2\x85", k_endpoint, R"(|["\u0085"]|{})"},
    {R"(^([\s])$)", "\u2028", k_endpoint, R"(|["\u2028"]|{})"},
    {R"(^(\S+)$)", "a\u00a0", k_endpoint, k_no_match},
    {R"(^([\S]+)$)", "a\u200bé", k_endpoint, R"(|["a\u200b\u00e9"]|{})"},
    {R"(^([\S]+)$)", "\u2028", k_endpoint, k_no_match},
    {R"(^([^\S]+)$)", "\u2028 ", k_endpoint, R"(|["\u2028 "]|{})"},
    {R"(^([\S]+)$)", "😀", k_endpoint, R"(|["\ud83d\ude00"]|{})"},
    {R"(^a{,2}$)", "aa", k_endpoint, R"(|[]|{})"},
    {R"(^a{,2}$)", "aaa", k_endpoint, k_no_match},
    {R"(^a{,2}$)", "", k_endpoint, R"(|[]|{})"},
    {R"(^a{,2}b)", "a{,2}b", k_endpoint, k_no_match},
    {R"(^a{2}$)", "aa", k_endpoint, R"(|[]|{})"},
    {R"(^a{,}$)", "aaaa", k_endpoint, R"(|[]|{})"},
    {R"(^x[{,2}]$)", "x{", k_endpoint, R"(|[]|{})"},
    {R"(^x\{,2}$)", "x{,2}", k_endpoint, R"(|[]|{})"},
    {R"(^a{x}$)", "a{x}", k_endpoint, R"(|[]|{})"},
    {R"(^[]a]+$)", "]a", k_endpoint, R"(|[]|{})"},
    {R"(^[^]a]+$)", "bc", k_endpoint, R"(|[]|{})"},
    {R"(^[^]a]+$)", "]", k_endpoint, k_no_match},
    {R"(^[\]\d]+$)", "]٣", k_endpoint, R"(|[]|{})"},
    {R"(^[[]$)", "[", k_endpoint, R"(|[]|{})"},
    {R"(^(.+)/$)", "a\nb/", k_endpoint, k_no_match},
    {R"(^([^/]+)/$)", "a\nb/", k_endpoint, R"(|["a\nb"]|{})"},
    {R"((?s)^(.+)/$)", "a\nb/", k_endpoint, R"(|["a\nb"]|{})"},
    {R"((?i)^ROOM/(\w+)$)", "room/É", k_endpoint, R"(|["\u00c9"]|{})"},
    {R"(^(?i:Room)/x$)", "rOOM/x", k_endpoint, R"(|[]|{})"},
    {R"(^(a+?)(a*)$)", "aaa", k_endpoint, R"(|["a", "aa"]|{})"},
    {R"(^(a+)(a*)$)", "aaa", k_endpoint, R"(|["aaa", ""]|{})"},
    {R"(^(?P<x>a|ab)(?P<y>c|bcd)$)", "abcd", k_endpoint, R"(|[]|{"x": "a", "y": "bcd"})"},
    {R"(^\x41\101$)", "AA", k_endpoint, R"(|[]|{})"},
    {R"(^a\.b$)", "a.b", k_endpoint, R"(|[]|{})"},
    {R"(^a\.b$)", "axb", k_endpoint, k_no_match},
    {R"()", "anything", k_endpoint, R"(anything|[]|{})"},
    {R"(^)", "anything", k_endpoint, R"(anything|[]|{})"},
    {R"(^$)", "", k_endpoint, R"(|[]|{})"},
    {R"(^$)", "x", k_endpoint, k_no_match},
    {R"($)", "x", k_endpoint, k_no_match},
    {R"(^ws/(?P<room>[^/]+)/$)", "ws/a b/", k_endpoint, R"(|[]|{"room": "a b"})"},
    {R"(^ws/(?P<room>[^/]+)/$)", "ws//", k_endpoint, k_no_match},
    {R"(^((?P<a>x)y)$)", "xy", k_endpoint, R"(|[]|{"a": "x"})"},
    {R"(^\Aab\Z)", "ab", k_endpoint, R"(|[]|{})"},
    {R"((?m)^b$)", "a\nb", k_endpoint, k_no_match},
    {R"(^price\$)", "price$", k_endpoint, R"(|[]|{})"},
    {R"(^price\$)", "price$/x", k_endpoint, k_no_match},
    {R"(chat/(?P<room_name>\w+)/$)", "ws/chat/lobby/", k_endpoint, k_no_match},
    {R"(ws/chat/(?P<room_name>\w+)/$)", "ws/chat/大厅/", k_endpoint, R"(|[]|{"room_name": "\u5927\u5385"})"},
    {R"(^[\b]x)", "\bx", k_endpoint, R"(|[]|{})"},
    {R"(^\bab\b)", "ab", k_endpoint, R"(|[]|{})"},
};

std::string found(const UrlPattern& pattern, std::string_view path, UrlPattern::Extent extent) {
    UrlRoute route;
    std::string_view rest;
    if (!pattern.match(path, extent, route, rest)) return k_no_match;
    return std::string(rest) + "|" + to_json(Value(route.args)) + "|" + to_json(route.kwargs);
}

std::string refusal(const std::string& regex) {
    try {
        (void)re_path(regex);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "accepted";
}

class RePathTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(RePathTest);
    CPPUNIT_TEST(regular_expressions_match_as_in_django);
    CPPUNIT_TEST(what_cannot_be_matched_in_linear_time_is_refused_with_what_to_do);
    CPPUNIT_TEST(what_is_no_regular_expression_is_refused_with_the_place);
    CPPUNIT_TEST(expressions_that_are_slow_elsewhere_are_not_slow_here);
    CPPUNIT_TEST(bytes_that_are_no_text_match_no_character);
    CPPUNIT_TEST_SUITE_END();

public:
    void regular_expressions_match_as_in_django() {
        for (const Case& c : k_cases) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(c.pattern) + "   " + c.path,
                                         std::string(c.found),
                                         found(re_path(c.pattern), c.path, c.extent));
        }
    }

    void what_cannot_be_matched_in_linear_time_is_refused_with_what_to_do() {
        const std::pair<const char*, const char*> cases[] = {
            {R"(^(?!admin)\w+/$)", "a route of its own ahead"},
            {R"(^\w+(?=/)/$)", "a route of its own ahead"},
            {R"(^(?<!x)y$)", "a route of its own ahead"},
            {R"(^(?<=x)y$)", "a route of its own ahead"},
            {R"(^(a)\1$)", "compare them in the consumer"},
            {R"(^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)\11$)", "compare them in the consumer"},
            {R"(^(?P<a>x)(?P=a)$)", "compare them in the consumer"},
        };
        for (const auto& [pattern, expected] : cases) {
            const std::string why = refusal(pattern);
            CPPUNIT_ASSERT_MESSAGE(why, why.find("'" + std::string(pattern) + "'") != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(why, why.find(expected) != std::string::npos);
        }
    }

    void what_is_no_regular_expression_is_refused_with_the_place() {
        const std::pair<const char*, const char*> cases[] = {
            {"(a", "missing )"},
            {"a)", "unexpected )"},
            {"[a", "[a"},
            {"a**b++", "repeats what is repeated"},
            {"*a", "*"},
            {"a{1001}", "at most 1000"},
            {"((((a{100}){100}){100}){100})", "too large"},
            {"(?P<1x>a)", "named '1x'"},
            {"(?P<x>a)(?P<x>b)", "two groups of one name"},
            {"(?x)a", "i, m and s"},
            {"(?>a)", "i, m and s"},
            {"(?#remark)a", "i, m and s"},
            {R"(a\)", "trailing"},
            {R"(\u0041)", R"(\u)"},
            {R"([z-a])", "z-a"},
            {R"(\p{Nothing})", "Nothing"},
            {"(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)("
             "a)(a)",
             "more than 32 groups"},
        };
        for (const auto& [pattern, expected] : cases) {
            const std::string why = refusal(pattern);
            CPPUNIT_ASSERT_MESSAGE(pattern, why != "accepted");
            CPPUNIT_ASSERT_MESSAGE(why, why.find("'" + std::string(pattern) + "'") != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(why, why.find(expected) != std::string::npos);
        }
    }

    void expressions_that_are_slow_elsewhere_are_not_slow_here() {
        const std::string text(8000, 'a');
        for (const char* slow : {"^(a+)+$", "^(a|a)*b", "^(a*)*b$", "(.*a){12}b", "^(\\w+\\s?)*$"}) {
            const std::string seen = found(re_path(slow), text + "!", k_endpoint);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(slow, std::string(k_no_match), seen);
        }
    }

    void bytes_that_are_no_text_match_no_character() {
        CPPUNIT_ASSERT_EQUAL(std::string(k_no_match), found(re_path("^(.)$"), "\xff", k_endpoint));
        CPPUNIT_ASSERT_EQUAL(std::string(k_no_match), found(re_path("^([^/]+)/$"), "a\xc3/", k_endpoint));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RePathTest);

}  // namespace
}  // namespace zanhu
