#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/routing.h>

namespace zanhu {
namespace {

constexpr const char* k_no_match = "no match";

struct Case {
    const char* pattern;
    const char* path;
    const char* kwargs;  // as JSON, or k_no_match
};

// Django: path() and its converters.
const Case k_cases[] = {
    {"", "", "{}"},
    {"", "x", k_no_match},
    {"ws/", "ws/", "{}"},
    {"ws/", "ws", k_no_match},
    {"ws/", "ws/x", k_no_match},
    {"ws/", "ws/\n", k_no_match},
    {"<name>/", "a b/", R"({"name": "a b"})"},
    {"<str:name>/", "a/", R"({"name": "a"})"},
    {"<str:name>/", "/", k_no_match},
    {"<str:name>/", "a/b/", k_no_match},
    {"<str:name>", "a\n", R"({"name": "a\n"})"},
    {"<str:name>/", "张三/", R"({"name": "\u5f20\u4e09"})"},
    {"<int:n>/", "0/", R"({"n": 0})"},
    {"<int:n>/", "007/", R"({"n": 7})"},
    {"<int:n>/", "-1/", k_no_match},
    {"<int:n>/", "1.0/", k_no_match},
    {"<int:n>/", "٣/", k_no_match},
    {"<int:n>/", "9223372036854775807/", R"({"n": 9223372036854775807})"},
    {"<int:n>/", "9223372036854775808/", R"({"n": "9223372036854775808"})"},
    {"<slug:s>/", "a-B_9/", R"({"s": "a-B_9"})"},
    {"<slug:s>/", "a.b/", k_no_match},
    {"<slug:s>/", "é/", k_no_match},
    {"<path:p>", "a/b//c", R"({"p": "a/b//c"})"},
    {"<path:p>", "", k_no_match},
    {"x/<path:p>/end", "x/a/end/end", R"({"p": "a/end"})"},
    {"x/<path:p>/end", "x/end", k_no_match},
    {"<uuid:u>/",
     "075194d3-6885-417e-a8a8-6c931e272f00/",
     R"({"u": "075194d3-6885-417e-a8a8-6c931e272f00"})"},
    {"<uuid:u>/", "075194D3-6885-417E-A8A8-6C931E272F00/", k_no_match},
    {"<uuid:u>/", "075194d3-6885-417e-a8a8-6c931e272f0/", k_no_match},
    {"<uuid:u>/", "075194d36885-417e-a8a8-6c931e272f000-/", k_no_match},
    {"<uuid:u>x",
     "075194d3-6885-417e-a8a8-6c931e272f00x",
     R"({"u": "075194d3-6885-417e-a8a8-6c931e272f00"})"},
    {"<slug:a>-<int:b>", "x-y-12", R"({"a": "x-y", "b": 12})"},
    {"<int:a><int:b>", "123", R"({"a": 12, "b": 3})"},
    {"<int:a><int:b>", "1", k_no_match},
    {"<str:a>/<str:b>/", "x/y/", R"({"a": "x", "b": "y"})"},
    {"a.c/", "abc/", k_no_match},
    {"a(b)*/", "a(b)*/", "{}"},
};

class PathPatternTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(PathPatternTest);
    CPPUNIT_TEST(paths_match_as_in_django);
    CPPUNIT_TEST(a_route_that_does_not_match_leaves_no_captures);
    CPPUNIT_TEST(bad_patterns_are_refused_with_what_is_wrong);
    CPPUNIT_TEST(a_capture_can_be_had_as_text);
    CPPUNIT_TEST_SUITE_END();

public:
    void paths_match_as_in_django() {
        for (const Case& c : k_cases) {
            UrlRoute route;
            const bool matched = PathPattern(c.pattern).match(c.path, route);
            const std::string seen = matched ? to_json(route.kwargs) : k_no_match;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                std::string(c.pattern) + " / " + c.path, std::string(c.kwargs), seen);
        }
    }

    void a_route_that_does_not_match_leaves_no_captures() {
        UrlRoute route;
        CPPUNIT_ASSERT(!PathPattern("<str:a>/<int:b>/").match("x/y/", route));
        CPPUNIT_ASSERT(route.kwargs.empty() && route.args.empty());
    }

    void bad_patterns_are_refused_with_what_is_wrong() {
        const std::pair<const char*, const char*> cases[] = {
            {"<int:n", "without its '>'"},
            {"<what:n>", "'what'"},
            {"<int:>", "named ''"},
            {"<>", "named ''"},
            {"<int:1n>", "named '1n'"},
            {"<int:a b>", "named 'a b'"},
            {"<a>/<a>", "twice"},
            {"<int:a>/<str:a>", "twice"},
            {"<:a>", "''"},
            {"<Int:a>", "'Int'"},
            {"<int:a:b>", "named 'a:b'"},
        };
        for (const auto& [pattern, expected] : cases) {
            try {
                PathPattern refused(pattern);
                CPPUNIT_FAIL(std::string("accepted: ") + pattern);
            } catch (const ConfigError& error) {
                CPPUNIT_ASSERT_MESSAGE(error.what(),
                                       std::string(error.what()).find(expected) != std::string::npos);
            }
        }
    }

    void a_capture_can_be_had_as_text() {
        UrlRoute route;
        CPPUNIT_ASSERT(PathPattern("<int:n>/<str:s>/").match("007/x/", route));
        CPPUNIT_ASSERT_EQUAL(std::string("7"), route.kwarg_text("n"));
        CPPUNIT_ASSERT_EQUAL(std::string("x"), route.kwarg_text("s"));
        CPPUNIT_ASSERT_EQUAL(std::string(), route.kwarg_text("none"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PathPatternTest);

}  // namespace
}  // namespace zanhu
