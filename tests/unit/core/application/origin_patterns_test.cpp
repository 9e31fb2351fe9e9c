#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/origin_patterns.h>

namespace {

using zanhu::host_allowed;
using zanhu::OriginPatterns;

using Patterns = std::vector<std::string>;

struct Case {
    Patterns patterns;
    std::vector<std::string> allowed;
    std::vector<std::string> denied;
};

std::string joined(const Patterns& patterns, const std::string& origin) {
    std::string out = "origin '" + origin + "' against";
    for (const std::string& pattern : patterns)
        out += " '" + pattern + "'";
    return out;
}

void check(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        const OriginPatterns patterns(one.patterns);
        for (const std::string& origin : one.allowed) {
            CPPUNIT_ASSERT_MESSAGE(joined(one.patterns, origin), patterns.allows(origin));
        }
        for (const std::string& origin : one.denied) {
            CPPUNIT_ASSERT_MESSAGE(joined(one.patterns, origin), !patterns.allows(origin));
        }
    }
}

class OriginPatternsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(OriginPatternsTest);
    CPPUNIT_TEST(a_star_allows_everything_even_without_an_origin);
    CPPUNIT_TEST(without_an_origin_nothing_else_allows);
    CPPUNIT_TEST(an_origin_without_a_host_is_denied);
    CPPUNIT_TEST(a_host_pattern_ignores_scheme_and_port);
    CPPUNIT_TEST(a_leading_dot_is_the_domain_and_all_below_it);
    CPPUNIT_TEST(a_pattern_with_a_scheme_compares_scheme_and_port);
    CPPUNIT_TEST(the_owners_patterns_work);
    CPPUNIT_TEST(addresses_in_brackets_match_only_themselves);
    CPPUNIT_TEST(user_information_path_and_query_do_not_count);
    CPPUNIT_TEST(a_disguised_host_is_denied);
    CPPUNIT_TEST(an_impossible_port_is_denied_by_patterns_with_a_scheme);
    CPPUNIT_TEST(patterns_that_cannot_match_are_told_with_the_remedy);
    CPPUNIT_TEST(good_patterns_give_no_warning);
    CPPUNIT_TEST(a_host_header_is_checked_as_django_does);
    CPPUNIT_TEST(a_malformed_host_header_is_refused_even_by_a_star);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_star_allows_everything_even_without_an_origin() {
        for (const Patterns& list : {Patterns{"*"}, Patterns{"example.com", "*"}}) {
            const OriginPatterns patterns(list);
            CPPUNIT_ASSERT(patterns.allows(std::nullopt));
            for (const char* origin :
                 {"", "null", "something-invalid", "http://a:99999", "http://[x", "file://"}) {
                CPPUNIT_ASSERT_MESSAGE(origin, patterns.allows(origin));
            }
        }
    }

    void without_an_origin_nothing_else_allows() {
        for (const Patterns& list :
             {Patterns{}, Patterns{"example.com"}, Patterns{"http://example.com", ".a.org"}, Patterns{""}}) {
            CPPUNIT_ASSERT(!OriginPatterns(list).allows(std::nullopt));
        }
        CPPUNIT_ASSERT(!OriginPatterns({}).allows("http://example.com"));
    }

    void an_origin_without_a_host_is_denied() {
        check({{{"allowed-domain.com", ".", "", "http://", "null", "something-invalid"},
                {},
                {"",
                 "null",
                 "something-invalid",
                 "allowed-domain.com",
                 "file://",
                 "http://",
                 "http:/allowed-domain.com",
                 "://",
                 "http:allowed-domain.com",
                 "http://:80",
                 "http:///allowed-domain.com",
                 "http://?allowed-domain.com"}},
               {{"allowed-domain.com"}, {"//allowed-domain.com"}, {}},
               {{"http://allowed-domain.com"}, {}, {"//allowed-domain.com"}}});
    }

    void a_host_pattern_ignores_scheme_and_port() {
        check({{{"allowed-domain.com"},
                {"http://allowed-domain.com",
                 "https://ALLOWED-domain.com:8443",
                 "ws://allowed-domain.com:99999",
                 "chrome-extension://allowed-domain.com",
                 "http://allowed-domain.com:x"},
                {"http://bad-domain.com",
                 "http://evilallowed-domain.com",
                 "http://a.allowed-domain.com",
                 "http://allowed-domain.com.",
                 "http://allowed-domain.com.evil.org",
                 "http://allowed-domain"}},
               {{"Allowed-Domain.COM"}, {"http://allowed-domain.com"}, {}},
               {{"127.0.0.1", "localhost"},
                {"http://127.0.0.1:8000", "http://localhost:3000"},
                {"http://127.0.0.2"}}});
    }

    void a_leading_dot_is_the_domain_and_all_below_it() {
        check(
            {{{".allowed-domain.com"},
              {"http://allowed-domain.com",
               "http://a.allowed-domain.com",
               "https://b.a.ALLOWED-domain.com:444"},
              {"http://evilallowed-domain.com", "http://allowed-domain.com.", "http://domain.com"}},
             {{"*.allowed-domain.com"},
              {},
              {"http://allowed-domain.com", "http://a.allowed-domain.com", "http://*.allowed-domain.com"}}});
    }

    void a_pattern_with_a_scheme_compares_scheme_and_port() {
        check({{{"http://allowed-domain.com"},
                {"http://allowed-domain.com",
                 "HTTP://allowed-domain.com:80/",
                 "http://allowed-domain.com:0080"},
                {"https://allowed-domain.com",
                 "https://allowed-domain.com:80",
                 "http://allowed-domain.com:443",
                 "https://bad-domain.com:443",
                 "ws://allowed-domain.com",
                 "http://a.allowed-domain.com"}},
               {{"https://.allowed-domain.com:8443"},
                {"https://allowed-domain.com:8443", "https://a.allowed-domain.com:8443"},
                {"https://allowed-domain.com", "http://allowed-domain.com:8443"}},
               {{"wss://a.org", "ws://b.org"},
                {"wss://a.org:443", "ws://b.org:80"},
                {"https://a.org", "http://b.org"}},
               {{"chrome-extension://abc"},
                {"chrome-extension://abc"},
                {"chrome-extension://abc:80", "chrome-extension://abd"}},
               {{"http://a.org/path"}, {"http://a.org"}, {"http://b.org"}}});
    }

    void the_owners_patterns_work() {
        check({{{".imooc.com", "http://.imooc.com:80", "http://muke.site.com"},
                {"http://imooc.com",
                 "https://www.imooc.com:8443",
                 "http://muke.site.com",
                 "http://muke.site.com:80"},
                {"https://muke.site.com",
                 "http://muke.site.com:8000",
                 "http://evil-imooc.com",
                 "http://site.com"}},
               {{"http://.imooc.com:80"},
                {"http://imooc.com", "http://coding.imooc.com:80"},
                {"https://imooc.com", "http://imooc.com:8080", "http://xximooc.com"}}});
    }

    void addresses_in_brackets_match_only_themselves() {
        check({{{"[::1]", "http://[2001:DB8::1]:8000", ".com"},
                {"http://[::1]", "https://[::1]:9000", "http://[2001:db8::1]:8000"},
                {"http://::1",
                 "http://[::2]",
                 "http://[2001:db8::1]",
                 "http://[::1",
                 "http://::1]",
                 "http://x[::1]",
                 "http://[::1]x",
                 "http://[evil.com]",
                 "http://[]",
                 "http://[::1]]"}},
               {{"allowed-domain.com", "127.0.0.1"},
                {},
                {"http://[allowed-domain.com]", "http://[127.0.0.1]", "http://[x]@127.0.0.1"}}});
    }

    void user_information_path_and_query_do_not_count() {
        check({{{"allowed-domain.com", "https://b.org"},
                {"http://user:word@allowed-domain.com:1/path",
                 "https://u@b.org/?q#f",
                 "http://allowed-domain.com?x=//evil.org",
                 "http://allowed-domain.com#@evil.org",
                 "http://a@b@allowed-domain.com"},
                {"http://allowed-domain.com@evil.org",
                 "http://evil.org/@allowed-domain.com",
                 "http://evil.org?allowed-domain.com",
                 "http://evil.org#@allowed-domain.com",
                 "http://allowed-domain.com:80@evil.org"}}});
    }

    void a_disguised_host_is_denied() {
        check({{{"good", ".good.org"},
                {},
                {"=?utf-8?B?aHR0cDovL2dvb2Q=?=",
                 "http://go\tod",
                 "http://good\r\n",
                 "\thttp://good",
                 "http://good ",
                 " http://good",
                 "http://good,http://good",
                 "http://good\\.evil.org",
                 "http://evil.org\\@x.good.org.",
                 "http://g\xc3\xb6od",
                 "1http://good",
                 "h ttp://good"}}});
        CPPUNIT_ASSERT(!OriginPatterns({"good"}).allows(std::string_view("http://good\0", 12)));
    }

    void an_impossible_port_is_denied_by_patterns_with_a_scheme() {
        const std::vector<std::string> impossible = {"http://a.org:65536",
                                                     "http://a.org:-1",
                                                     "http://a.org:+80",
                                                     "http://a.org:x",
                                                     "http://a.org:99999999999999999999"};
        check({{{"http://a.org", "http://a.org:65535"}, {"http://a.org:65535", "http://a.org:"}, impossible},
               {{"http://b.org", "a.org"}, {"http://a.org:1"}, impossible},
               {{"a.org", "http://b.org"}, impossible, {}}});
    }

    void patterns_that_cannot_match_are_told_with_the_remedy() {
        const std::pair<const char*, const char*> cases[] = {
            {"example.com:8000", "write http://example.com:8000 or https://"},
            {"localhost:3000", "write http://localhost:3000"},
            {"127.0.0.1:8000", "every port"},
            {"[::1]:8000", "every port"},
            {"*.example.com", "leading dot, .example.com"},
            {"http://*.example.com", "leading dot, .example.com"},
            {"http://a.org:99999", "0 to 65535"},
            {"http://a.org:x", "0 to 65535"},
            {"", "no usable host"},
            {"https://", "no usable host"},
            {"http:a.org", "no usable host"},
            {"[::1", "no usable host"},
            {"[a.org]", "no usable host"},
            {"http://münchen.de", "xn--"}};
        for (const auto& [pattern, remedy] : cases) {
            const auto warnings = OriginPatterns({pattern}).warnings();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(pattern, std::size_t{1}, warnings.size());
            CPPUNIT_ASSERT_MESSAGE(warnings[0], warnings[0].find(remedy) != std::string::npos);
            CPPUNIT_ASSERT(warnings[0].find("'" + std::string(pattern) + "'") != std::string::npos);
        }
        check({{{"example.com:8000"},
                {},
                {"http://example.com:8000", "example.com:8000", "example.com://8000"}}});
        check({{{"127.0.0.1:8000"}, {"http://127.0.0.1:8000", "http://127.0.0.1:9000"}, {}}});
    }

    void good_patterns_give_no_warning() {
        CPPUNIT_ASSERT(OriginPatterns({"*",
                                       ".imooc.com",
                                       "http://.imooc.com:80",
                                       "http://muke.site.com",
                                       "[::1]",
                                       "http://[::1]:8000",
                                       "localhost",
                                       "127.0.0.1",
                                       "chrome-extension://abc",
                                       "xn--mnchen-3ya.de"})
                           .warnings()
                           .empty());
    }

    void a_host_header_is_checked_as_django_does() {
        const Patterns hosts = {"example.com", ".Site.org", "[::1]", "127.0.0.1"};
        for (const char* good : {"example.com",
                                 "EXAMPLE.com:8000",
                                 "example.com.",
                                 "example.com.:80",
                                 "site.org",
                                 "a.b.site.org",
                                 "[::1]",
                                 "[::1]:8000",
                                 "127.0.0.1:1"}) {
            CPPUNIT_ASSERT_MESSAGE(good, host_allowed(good, hosts));
        }
        for (const char* bad :
             {"a.example.com", "evilsite.org", "example.com..", "::1", "[::2]", "example.org", "localhost"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !host_allowed(bad, hosts));
        }
        CPPUNIT_ASSERT(!host_allowed("example.com", {}) && !host_allowed("example.com", {""}));
        CPPUNIT_ASSERT(host_allowed("anything.at.all:1", {"*"}));
    }

    void a_malformed_host_header_is_refused_even_by_a_star() {
        for (const char* bad :
             {"",     ".",    ":80", "a:",  "a:x",       "a:1:2",  "a b",    "a/b", "a@b", "a_b",     "é",
              "[::1", "::1]", "[]",  "[:]", "[1.1.1.1]", "[::1]x", "[g::1]", "a,b", "a\n", "http://a"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !host_allowed(bad, {"*"}));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OriginPatternsTest);

}  // namespace
