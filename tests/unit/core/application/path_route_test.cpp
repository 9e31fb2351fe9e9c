#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/url_pattern.h>

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
    {"<path:a>/<path:b>", "x/y/z", R"({"a": "x/y", "b": "z"})"},
    {"<path:p>", "a\nb", k_no_match},
    {"<str:name>/", "a\nb/", R"({"name": "a\nb"})"},
    {"<path:p>x", "axbx", R"({"p": "axb"})"},
    {"<int:n>/", "00000000000000000000000000000007/", R"({"n": 7})"},
    {"ws/<int:n>", "ws/1/", k_no_match},
    {"WS/", "ws/", k_no_match},
    {"a.c/", "abc/", k_no_match},
    {"\\d/$", "1/", k_no_match},
    {"\\d/$", "\\d/$", "{}"},
    {"a(b)*/", "a(b)*/", "{}"},
};

/// Four digits, from 1900 on.
class YearConverter final : public Converter {
public:
    std::string_view regex() const noexcept override { return R"(\d(?:\d){3})"; }
    std::optional<Value> to_value(std::string_view text) const override {
        if (text < "1900") return std::nullopt;
        return Value("year " + std::string(text));
    }
};

class RegexConverter final : public Converter {
public:
    explicit RegexConverter(std::string regex) : regex_(std::move(regex)) {}
    std::string_view regex() const noexcept override { return regex_; }
    std::optional<Value> to_value(std::string_view text) const override { return Value(text); }

private:
    std::string regex_;
};

bool match(const UrlPattern& pattern, std::string_view text, UrlRoute& route) {
    std::string_view rest;
    return pattern.match(text, UrlPattern::Extent::endpoint, route, rest);
}

template <class F>
std::string refusal(F&& make) {
    try {
        make();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "accepted";
}

class PathRouteTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(PathRouteTest);
    CPPUNIT_TEST(paths_match_as_in_django);
    CPPUNIT_TEST(a_route_that_does_not_match_leaves_no_captures);
    CPPUNIT_TEST(bad_patterns_are_refused_with_what_is_wrong);
    CPPUNIT_TEST(a_prefix_leaves_the_rest_of_the_path);
    CPPUNIT_TEST(a_capture_can_be_had_as_text);
    CPPUNIT_TEST(a_converter_of_ones_own_says_what_matches_and_what_it_becomes);
    CPPUNIT_TEST(a_converter_that_cannot_be_used_is_refused);
    CPPUNIT_TEST(many_captures_take_no_longer_than_the_path_is_long);
    CPPUNIT_TEST_SUITE_END();

public:
    void paths_match_as_in_django() {
        for (const Case& c : k_cases) {
            UrlRoute route;
            const bool matched = match(path(c.pattern), c.path, route);
            const std::string seen = matched ? to_json(route.kwargs) : k_no_match;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                std::string(c.pattern) + " / " + c.path, std::string(c.kwargs), seen);
        }
    }

    void a_route_that_does_not_match_leaves_no_captures() {
        UrlRoute route;
        CPPUNIT_ASSERT(!match(path("<str:a>/<int:b>/"), "x/y/", route));
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
                const UrlPattern refused = path(pattern);
                CPPUNIT_FAIL(std::string("accepted: ") + pattern);
            } catch (const ConfigError& error) {
                CPPUNIT_ASSERT_MESSAGE(error.what(),
                                       std::string(error.what()).find(expected) != std::string::npos);
            }
        }
    }

    void a_prefix_leaves_the_rest_of_the_path() {
        const std::pair<const char*, const char*> cases[] = {
            {"", "x/1/y"}, {"x/", "1/y"}, {"x/<int:n>", "/y"}};
        for (const auto& [prefix, left] : cases) {
            UrlRoute route;
            std::string_view rest;
            CPPUNIT_ASSERT(path(prefix).match("x/1/y", UrlPattern::Extent::prefix, route, rest));
            CPPUNIT_ASSERT_EQUAL(std::string(left), std::string(rest));
        }
        UrlRoute route;
        std::string_view rest = "untouched";
        CPPUNIT_ASSERT(!path("x/<int:n>/z").match("x/1/y", UrlPattern::Extent::prefix, route, rest));
        CPPUNIT_ASSERT(!path("y").match("x/1/y", UrlPattern::Extent::prefix, route, rest));
        CPPUNIT_ASSERT_EQUAL(std::string("untouched"), std::string(rest));
        CPPUNIT_ASSERT_EQUAL(std::string("x/<int:n>"), path("x/<int:n>").text());
    }

    void a_converter_of_ones_own_says_what_matches_and_what_it_becomes() {
        Converters converters;
        converters.add("year", std::make_shared<YearConverter>());
        converters.add("ab", std::make_shared<RegexConverter>("a|ab(c)?"));
        const UrlPattern year = path("<year:y>/<int:n>", converters);
        UrlRoute route;
        CPPUNIT_ASSERT(match(year, "2026/5", route));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"y": "year 2026", "n": 5})"), to_json(route.kwargs));
        UrlRoute none;
        CPPUNIT_ASSERT(!match(year, "1899/5", none));
        CPPUNIT_ASSERT(!match(year, "202/5", none));
        CPPUNIT_ASSERT(none.kwargs.empty());
        UrlRoute grouped;
        CPPUNIT_ASSERT(match(path("<ab:x>/<ab:y>", converters), "abc/a", grouped));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"x": "abc", "y": "a"})"), to_json(grouped.kwargs));
        const std::string unknown = refusal([&] { (void)path("<yaer:y>", converters); });
        CPPUNIT_ASSERT_MESSAGE(unknown,
                               unknown.find("ab, int, path, slug, str, uuid, year") != std::string::npos);
    }

    void a_converter_that_cannot_be_used_is_refused() {
        Converters converters;
        const auto add = [&converters](const char* name, const char* regex) {
            return refusal([&] { converters.add(name, std::make_shared<RegexConverter>(regex)); });
        };
        CPPUNIT_ASSERT(add("int", "[0-9]+").find("registered twice") != std::string::npos);
        CPPUNIT_ASSERT(add("", "x").find("cannot name a converter") != std::string::npos);
        CPPUNIT_ASSERT(add("a:b", "x").find("cannot name a converter") != std::string::npos);
        const std::string ahead = add("ahead", "(?!x).");
        CPPUNIT_ASSERT_MESSAGE(
            ahead, ahead.starts_with("the converter 'ahead': ") && ahead.find("(?!x).") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), add("ahead", "x"));
    }

    void many_captures_take_no_longer_than_the_path_is_long() {
        // A matcher that tries all ways to cut this would not come to an end.
        const UrlPattern pattern = path("<path:a>/<path:b>/<path:c>/<path:d>/<path:e>/<path:f>/end");
        std::string text;
        for (int i = 0; i < 4000; ++i)
            text += "x/";
        UrlRoute route;
        CPPUNIT_ASSERT(!match(pattern, text, route));
        CPPUNIT_ASSERT(match(pattern, text + "end", route));
    }

    void a_capture_can_be_had_as_text() {
        UrlRoute route;
        CPPUNIT_ASSERT(match(path("<int:n>/<str:s>/"), "007/x/", route));
        CPPUNIT_ASSERT_EQUAL(std::string("7"), route.kwarg_text("n"));
        CPPUNIT_ASSERT_EQUAL(std::string("x"), route.kwarg_text("s"));
        CPPUNIT_ASSERT_EQUAL(std::string(), route.kwarg_text("none"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PathRouteTest);

}  // namespace
}  // namespace zanhu
