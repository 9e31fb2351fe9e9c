#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <zanhu/cookies.h>

namespace {

using zanhu::Cookies;
using zanhu::SameSite;
using zanhu::SetCookie;

const auto k_now = std::chrono::system_clock::from_time_t(1700000000);

class CookiesTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(CookiesTest);
    CPPUNIT_TEST(cookies_are_read_as_django_reads_them);
    CPPUNIT_TEST(a_header_of_8_kilobytes_is_read);
    CPPUNIT_TEST(a_set_cookie_is_written_as_django_writes_it);
    CPPUNIT_TEST(values_are_quoted_as_django_quotes_them_and_come_back);
    CPPUNIT_TEST(an_expiry_date_gives_a_max_age);
    CPPUNIT_TEST(a_deletion_is_written_as_django_writes_it);
    CPPUNIT_TEST(what_would_break_the_field_is_refused);
    CPPUNIT_TEST_SUITE_END();

public:
    // The results are those of Django 3.2's parse_cookie under Python 3.11.
    void cookies_are_read_as_django_reads_them() {
        struct Case {
            std::string_view header, name;
            std::optional<std::string_view> value;
        };
        const Case cases[] = {
            {"a=1; a=2", "a", "2"},
            {"a", "", "a"},
            {"a=b=c", "a", "b=c"},
            {"sessionid=abc; other=x; sessionid=def", "sessionid", "def"},
            {"sessionid=abc; other=x; sessionid=def", "other", "x"},
            {"", "", std::nullopt},
            {"; ;=; = ", "", std::nullopt},
            {"a=", "a", ""},
            {"=b", "", "b"},
            {"a=1;b=2", "b", "2"},
            {"  a \t=\t 1  ;", "a", "1"},
            {"A=1", "a", std::nullopt},
            {"a=\"x y\"", "a", "x y"},
            {"a=\"x\\\"y\"", "a", "x\"y"},
            {"a=\"x\\054y\\073\\351\"", "a", "x,y;\xe9"},
            {"a=\"\\400\\08\"", "a", "40008"},
            {"a=\"\\\\101\"", "a", "\\101"},
            {"a=\"x\\\"", "a", "x\\"},
            {"a=\"", "a", "\""},
            {"a=\"\"", "a", ""},
            {"a=\"x", "a", "\"x"},
            {"a=x\"y\"", "a", "x\"y\""},
            {"a=\"x;y\"", "a", "\"x"},
            {"a=\"x;y\"", "", "y\""},
            {"\"b\"", "", "b"},
            {"a=\xa0x\x85", "a", "x"},
            {"$Version=1; a=2", "$Version", "1"},
            {"a[b]=1", "a[b]", "1"},
            {"a:b=\xe5\xbc", "a:b", "\xe5\xbc"},
        };
        for (const Case& c : cases)
            CPPUNIT_ASSERT_MESSAGE(std::string(c.header), Cookies(c.header).find(c.name) == c.value);
        CPPUNIT_ASSERT(Cookies("; ;").empty());
        CPPUNIT_ASSERT(Cookies("a=").contains("a"));
    }

    void a_header_of_8_kilobytes_is_read() {
        std::string header = "first=1";
        while (header.size() < 8192)
            header += "; c" + std::to_string(header.size()) + "=x";
        Cookies cookies(header + "; big=" + std::string(8192, 'v') + "; last=2");
        CPPUNIT_ASSERT(cookies.find("first") == "1");
        CPPUNIT_ASSERT_EQUAL(std::size_t(8192), cookies.find("big")->size());
        CPPUNIT_ASSERT(cookies.find("last") == "2");
        cookies.clear();
        CPPUNIT_ASSERT(cookies.empty());
    }

    void a_set_cookie_is_written_as_django_writes_it() {
        SetCookie cookie("sessionid", "abc");
        CPPUNIT_ASSERT_EQUAL(std::string("sessionid=abc; Path=/"), cookie.to_string(k_now));
        cookie.max_age = std::chrono::seconds(1209600);
        cookie.http_only = true;
        cookie.same_site = SameSite::lax;
        CPPUNIT_ASSERT_EQUAL(std::string("sessionid=abc; expires=Tue, 28 Nov 2023 22:13:20 GMT; HttpOnly; "
                                         "Max-Age=1209600; Path=/; SameSite=Lax"),
                             cookie.to_string(k_now));
        cookie.domain = ".example.com";
        cookie.secure = true;
        cookie.path = "/a b";
        cookie.same_site = SameSite::strict;
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "sessionid=abc; Domain=.example.com; expires=Tue, 28 Nov 2023 22:13:20 GMT; HttpOnly; "
                "Max-Age=1209600; Path=/a b; SameSite=Strict; Secure"),
            cookie.to_string(k_now));
    }

    void values_are_quoted_as_django_quotes_them_and_come_back() {
        struct Case {
            std::string value, written;
        };
        const Case cases[] = {
            {"", "k=\"\""},
            {"a:b!~", "k=a:b!~"},
            {"a b=/@", "k=\"a b=/@\""},
            {"a;b,c", "k=\"a\\073b\\054c\""},
            {"\"\\", "k=\"\\\"\\\\\""},
            {"\xc3\xa9\r\n", "k=\"\\303\\251\\015\\012\""},
        };
        for (const Case& c : cases) {
            SetCookie cookie("k", c.value);
            cookie.path.clear();
            CPPUNIT_ASSERT_EQUAL(c.written, cookie.to_string(k_now));
            CPPUNIT_ASSERT(Cookies(c.written).find("k") == c.value);
        }
    }

    void an_expiry_date_gives_a_max_age() {
        SetCookie cookie("k", "v");
        cookie.expires = k_now + std::chrono::seconds(60);
        CPPUNIT_ASSERT_EQUAL(std::string("k=v; expires=Tue, 14 Nov 2023 22:14:20 GMT; Max-Age=60; Path=/"),
                             cookie.to_string(k_now));
        CPPUNIT_ASSERT_EQUAL(std::string("k=v; expires=Tue, 14 Nov 2023 22:14:20 GMT; Max-Age=0; Path=/"),
                             cookie.to_string(k_now + std::chrono::hours(1)));
    }

    void a_deletion_is_written_as_django_writes_it() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("sessionid=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"),
            SetCookie::deletion("sessionid").to_string());
        CPPUNIT_ASSERT_EQUAL(
            std::string("sessionid=\"\"; Domain=x.org; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; "
                        "Path=/a; SameSite=Lax"),
            SetCookie::deletion("sessionid", "/a", "x.org", SameSite::lax).to_string());
        for (const SetCookie& cookie : {SetCookie::deletion("__Secure-a"),
                                        SetCookie::deletion("__Host-a"),
                                        SetCookie::deletion("a", "/", {}, SameSite::none)}) {
            CPPUNIT_ASSERT(cookie.to_string().ends_with("; Secure"));
        }
    }

    void what_would_break_the_field_is_refused() {
        for (const char* name : {"", "a b", "a=b", "a;b", "a\r\n", "\xc3\xa9", "path", "HttpOnly"}) {
            CPPUNIT_ASSERT_THROW((void)SetCookie(name, "v").to_string(), std::invalid_argument);
        }
        for (const char* bad : {"/;a", "/\r\nX: y", "/\x7f"}) {
            SetCookie cookie("a", "v");
            cookie.path = bad;
            CPPUNIT_ASSERT_THROW((void)cookie.to_string(), std::invalid_argument);
            cookie.path = "/";
            cookie.domain = bad;
            CPPUNIT_ASSERT_THROW((void)cookie.to_string(), std::invalid_argument);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CookiesTest);

}  // namespace
