#include "core/http/forwarded.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

namespace zanhu::http {
namespace {

/// All elements, the last first, each behind a bar.
std::string elements(std::vector<std::string_view> lines) {
    ElementsFromEnd list(std::move(lines));
    std::string text;
    while (const auto element = list.next())
        text += "|" + std::string(*element);
    return text;
}

/// `host:port`, or `bad`.
std::string node(const std::optional<ForwardedNode>& node) {
    return node ? node->host + ":" + std::to_string(node->port) : "bad";
}

/// The node and the scheme, or `bad`; a node that is not said is a dash.
std::string forwarded(std::string_view element) {
    const auto parsed = parse_forwarded(element);
    if (!parsed) return "bad";
    return (parsed->forwarded_for ? node(parsed->forwarded_for) : "-") + " " + parsed->proto;
}

class ForwardedTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ForwardedTest);
    CPPUNIT_TEST(a_list_is_read_from_its_end_over_all_its_lines);
    CPPUNIT_TEST(a_comma_in_a_quoted_string_separates_nothing);
    CPPUNIT_TEST(what_a_client_began_spoils_nothing_behind_it);
    CPPUNIT_TEST(elements_of_forwarded_as_in_the_rfc);
    CPPUNIT_TEST(elements_that_the_rfc_does_not_allow);
    CPPUNIT_TEST(elements_of_x_forwarded_for);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_list_is_read_from_its_end_over_all_its_lines() {
        CPPUNIT_ASSERT_EQUAL(std::string("|c|b|a"), elements({"a, b ,c"}));
        CPPUNIT_ASSERT_EQUAL(std::string("|d|c|b|a"), elements({"a,b", "", " , ", "c,,d,"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), elements({}));
        CPPUNIT_ASSERT_EQUAL(std::string(), elements({" \t,"}));
    }

    void a_comma_in_a_quoted_string_separates_nothing() {
        CPPUNIT_ASSERT_EQUAL(std::string("|b|for=\"a,b\""), elements({"for=\"a,b\", b"}));
        CPPUNIT_ASSERT_EQUAL(std::string("|for=\"a\\\",b\"|x"), elements({"x, for=\"a\\\",b\""}));
        CPPUNIT_ASSERT_EQUAL(std::string("|b|\"a\\\\\""), elements({"\"a\\\\\",b"}));
    }

    void what_a_client_began_spoils_nothing_behind_it() {
        CPPUNIT_ASSERT_EQUAL(std::string("|for=192.0.2.1"), elements({"for=\"open, for=192.0.2.1"}));
        CPPUNIT_ASSERT_EQUAL(std::string("|for=\"[::1]:80\""), elements({"x\", for=\"[::1]:80\""}));
    }

    void elements_of_forwarded_as_in_the_rfc() {
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.60:0 http"),
                             forwarded("for=192.0.2.60;proto=http;by=203.0.113.43"));
        CPPUNIT_ASSERT_EQUAL(std::string("2001:db8:cafe::17:4711 "),
                             forwarded("For=\"[2001:db8:cafe::17]:4711\""));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.43:47011 https"),
                             forwarded("proto=HTTPS; for=\"192.0.2.43:47011\";host=\"a;b,c\""));
        CPPUNIT_ASSERT_EQUAL(std::string("_gazonk:0 "), forwarded("for=\"_gazonk\""));
        CPPUNIT_ASSERT_EQUAL(std::string("_SEVKISEK:0 "), forwarded("for=_SEVKISEK"));
        CPPUNIT_ASSERT_EQUAL(std::string(":0 "), forwarded("for=unknown"));
        CPPUNIT_ASSERT_EQUAL(std::string(":0 "), forwarded("for=\"Unknown:_port\""));
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3.4:0 "), forwarded("for=\"1.2.\\3.4\""));
        CPPUNIT_ASSERT_EQUAL(std::string("- http"), forwarded("proto=http;secret=x"));
        CPPUNIT_ASSERT_EQUAL(std::string("- "), forwarded(""));
    }

    void elements_that_the_rfc_does_not_allow() {
        for (const char* element : {"192.0.2.1",
                                    "for",
                                    "for=",
                                    "for=\"\"",
                                    "for =1.2.3.4",
                                    "for= 1.2.3.4",
                                    "for=[::1]",
                                    "for=\"[::1\"",
                                    "for=\"[1.2.3.4]\"",
                                    "for=\"::1\"",
                                    "for=1.2.3.4:80",
                                    "for=\"1.2.3.4:\"",
                                    "for=\"1.2.3.4:x\"",
                                    "for=\"1.2.3.4:65536\"",
                                    "for=\"1.2.3.4:000080\"",
                                    "for=\"1.2.3.4\"x",
                                    "for=\"1.2.3.4",
                                    "for=\"1.2.3.4\\",
                                    "for=_",
                                    "for=\"_a b\"",
                                    "for=a;for=b",
                                    "proto=http;Proto=https"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(element, std::string("bad"), forwarded(element));
        }
    }

    void elements_of_x_forwarded_for() {
        const std::pair<const char*, const char*> cases[] = {{"192.0.2.1", "192.0.2.1:0"},
                                                             {"192.0.2.1:80", "192.0.2.1:80"},
                                                             {"2001:db8::1", "2001:db8::1:0"},
                                                             {"[2001:db8::1]", "2001:db8::1:0"},
                                                             {"[2001:db8::1]:443", "2001:db8::1:443"},
                                                             {"unknown", ":0"},
                                                             {"_hidden", "_hidden:0"},
                                                             {"", "bad"},
                                                             {"[::1", "bad"},
                                                             {"[::1]x", "bad"},
                                                             {"192.0.2.1:", "bad"},
                                                             {"192.0.2.1:port", "bad"}};
        for (const auto& [element, expected] : cases)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(element, std::string(expected), node(parse_forwarded_for(element)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ForwardedTest);

}  // namespace
}  // namespace zanhu::http
