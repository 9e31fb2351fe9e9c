#include "web/csrf.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "tests/application/web/browser.h"

namespace zanhu::web_test {
namespace {

struct SourceCase {
    const char* what;
    const char* scheme;
    const char* origin;   // null: not sent
    const char* referer;  // null: not sent
    int status;
};

constexpr SourceCase k_sources[] = {
    {"neither, http", "http", nullptr, nullptr, 204},
    {"our origin", "http", "http://localhost:8000", nullptr, 204},
    {"our origin in capitals", "http", "HTTP://LOCALHOST:8000", nullptr, 204},
    {"https in front of a proxy", "http", "https://localhost:8000", nullptr, 204},
    {"another port", "http", "http://localhost:8001", nullptr, 403},
    {"no port", "http", "http://localhost", nullptr, 403},
    {"another host", "http", "http://evil.com", nullptr, 403},
    {"a host that ends like ours", "http", "http://evil-localhost:8000", nullptr, 403},
    {"ours as a user name", "http", "http://localhost:8000@evil.com", nullptr, 403},
    {"another scheme", "http", "ftp://localhost:8000", nullptr, 403},
    {"null", "http", "null", nullptr, 403},
    {"empty", "http", "", nullptr, 403},
    {"no host", "http", "http://", nullptr, 403},
    {"a trusted origin", "http", "https://trusted.com", nullptr, 204},
    {"a trusted origin without TLS", "http", "http://trusted.com", nullptr, 403},
    {"a trusted origin on another port", "http", "https://trusted.com:444", nullptr, 403},
    {"below a trusted domain", "http", "https://a.b.wide.com", nullptr, 204},
    {"a trusted domain itself", "http", "https://wide.com", nullptr, 204},
    {"ends like a trusted domain", "http", "https://evilwide.com", nullptr, 403},
    {"trusted in Django 3's form", "http", "https://a.old.com", nullptr, 204},
    {"trusted in Django 3's form, no TLS", "http", "http://a.old.com", nullptr, 403},
    {"the Referer does not matter beside an Origin",
     "http",
     "http://localhost:8000",
     "http://evil.com/",
     204},
    {"the Referer does not matter without TLS", "http", nullptr, "http://evil.com/", 204},
    {"our origin, https", "https", "https://localhost:8000", nullptr, 204},
    {"our origin without TLS, https", "https", "http://localhost:8000", nullptr, 403},
    {"neither, https", "https", nullptr, nullptr, 403},
    {"our Referer, https", "https", nullptr, "https://localhost:8000/login/?a=b", 204},
    {"our Referer without TLS, https", "https", nullptr, "http://localhost:8000/login/", 403},
    {"a foreign Referer, https", "https", nullptr, "https://evil.com/https://localhost:8000/", 403},
    {"a foreign Referer with our name before it", "https", nullptr, "https://localhost:8000.evil.com/", 403},
    {"a Referer with a backslash", "https", nullptr, "https://evil.com\\@localhost:8000/", 403},
    {"a trusted Referer, https", "https", nullptr, "https://trusted.com/form", 204},
    {"a malformed Referer, https", "https", nullptr, "localhost:8000/", 403},
};

class CsrfTest : public CPPUNIT_NS::TestFixture, private SiteFixture {
    CPPUNIT_TEST_SUITE(CsrfTest);
    CPPUNIT_TEST(where_a_request_comes_from_decides);
    CPPUNIT_TEST(the_port_that_the_scheme_implies_may_be_named_or_not);
    CPPUNIT_TEST(several_origins_must_all_be_good);
    CPPUNIT_TEST(the_token_must_fit_the_cookie);
    CPPUNIT_TEST(every_post_is_checked);
    CPPUNIT_TEST(the_form_field_goes_before_the_header);
    CPPUNIT_TEST(a_masked_token_of_django_fits_its_secret);
    CPPUNIT_TEST(a_cookie_is_set_once_and_renewed_when_it_is_none);
    CPPUNIT_TEST(tokens_are_random_letters_and_digits);
    CPPUNIT_TEST_SUITE_END();

public:
    void where_a_request_comes_from_decides() {
        services.options.csrf_trusted_origins = {"https://trusted.com", "https://*.wide.com", ".old.com"};
        for (const SourceCase& c : k_sources) {
            alice->scheme = c.scheme;
            alice->headers.clear();
            if (c.origin != nullptr) alice->headers.emplace_back("origin", c.origin);
            if (c.referer != nullptr) alice->headers.emplace_back("referer", c.referer);
            const HttpResponse response = mark_read();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.what, c.status, response.status);
            if (c.status == 403) assert_refused(response, 403, "csrf_failed");
        }
    }

    void the_port_that_the_scheme_implies_may_be_named_or_not() {
        struct Case {
            const char* scheme;
            const char* host;
            const char* origin;
            int status;
        };
        constexpr Case k_cases[] = {
            {"https", "localhost", "https://localhost", 204},
            {"https", "localhost:443", "https://localhost", 204},
            {"https", "localhost", "https://localhost:443", 204},
            {"https", "localhost", "https://localhost:80", 403},
            {"https", "localhost:80", "https://localhost", 403},
            {"https", "localhost", "https://localhost:8443", 403},
            {"https", "localhost:8443", "https://localhost:8443", 204},
            {"http", "localhost:80", "http://localhost", 204},
            {"http", "localhost", "http://localhost:80", 204},
            {"http", "localhost", "http://localhost:443", 403},
        };
        for (const Case& c : k_cases) {
            alice->scheme = c.scheme;
            alice->host = c.host;
            alice->headers = {{"origin", c.origin}};
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                std::string(c.host) + " and " + c.origin, c.status, mark_read().status);
        }
    }

    void several_origins_must_all_be_good() {
        alice->headers = {{"origin", "http://localhost:8000"}, {"origin", "http://evil.com"}};
        CPPUNIT_ASSERT_EQUAL(403, mark_read().status);
    }

    void the_token_must_fit_the_cookie() {
        const std::string good = alice->cookies["csrftoken"];
        const std::string other(32, 'a');
        const std::pair<std::string, std::string> wrong[] = {{good, other},
                                                             {good, ""},
                                                             {good, good.substr(1)},
                                                             {good, good + 'a'},
                                                             {"", ""},
                                                             {"", good},
                                                             {"short", "short"},
                                                             {std::string(32, '-'), std::string(32, '-')}};
        alice->send_csrf = false;
        for (const auto& [cookie, token] : wrong) {
            alice->cookies["csrftoken"] = cookie;
            alice->headers = {{"x-csrftoken", token}};
            CPPUNIT_ASSERT_EQUAL_MESSAGE(cookie + " and " + token, 403, mark_read().status);
        }
        alice->headers = {{"x-csrftoken", good}};
        alice->cookies.erase("csrftoken");
        CPPUNIT_ASSERT_EQUAL(403, mark_read().status);
        alice->cookies["csrftoken"] = good;
        CPPUNIT_ASSERT_EQUAL(204, mark_read().status);
        alice->headers.clear();
        CPPUNIT_ASSERT_EQUAL(403, mark_read().status);
    }

    void every_post_is_checked() {
        alice->send_csrf = false;
        for (const char* path : {"/login/", "/logout/"}) {
            const HttpResponse page =
                alice->post_form(path, {{"username", "bob"}, {"password", "bob's password"}});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 403, page.status);
            CPPUNIT_ASSERT(page.body.find("This page has become too old.") != std::string::npos);
        }
        for (const char* path : {"/api/messages/", "/api/messages/read/"}) {
            assert_refused(alice->post_text(path, "{}"), 403, "csrf_failed");
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing happened", std::size_t{1}, services.keys.open.size());
    }

    void the_form_field_goes_before_the_header() {
        bob->get("/login/");
        bob->headers = {{"x-csrftoken", std::string(32, 'a')}};
        CPPUNIT_ASSERT_EQUAL(200, bob->post_form("/login/", {{"username", "bob"}}).status);
        bob->headers = {{"x-csrftoken", bob->cookies["csrftoken"]}};
        CPPUNIT_ASSERT_EQUAL(
            403, bob->post_form("/login/", {{"csrfmiddlewaretoken", std::string(32, 'a')}}).status);
        CPPUNIT_ASSERT_EQUAL(200, bob->post_form("/login/", {{"csrfmiddlewaretoken", ""}}).status);
    }

    void a_masked_token_of_django_fits_its_secret() {
        // Mask of 32 'b' (place 1) moves each character of the secret one place on in a-zA-Z0-9.
        const std::string mask(32, 'b');
        const std::string secret = "abcdefghijklmnopqrstuvwxyzABCDE9";
        const std::string masked = mask + "bcdefghijklmnopqrstuvwxyzABCDEFa";
        CPPUNIT_ASSERT(web::same_csrf_secret(masked, secret));
        CPPUNIT_ASSERT(web::same_csrf_secret(secret, masked));
        CPPUNIT_ASSERT(web::same_csrf_secret(masked, std::string(32, 'a') + secret));
        CPPUNIT_ASSERT(!web::same_csrf_secret(masked, mask));
        alice->cookies["csrftoken"] = masked;
        CPPUNIT_ASSERT_EQUAL(204, mark_read().status);
        CPPUNIT_ASSERT(alice->get("/").body.find(masked) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it is kept", masked, alice->cookies["csrftoken"]);
    }

    void a_cookie_is_set_once_and_renewed_when_it_is_none() {
        CPPUNIT_ASSERT(bob->get("/login/").headers.contains("set-cookie"));
        const std::string first = bob->cookies["csrftoken"];
        CPPUNIT_ASSERT(!bob->get("/login/").headers.contains("set-cookie"));
        CPPUNIT_ASSERT_EQUAL(first, bob->cookies["csrftoken"]);
        bob->cookies["csrftoken"] = "<script>";
        const HttpResponse page = bob->get("/login/");
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, bob->cookies["csrftoken"].size());
        CPPUNIT_ASSERT(page.body.find("value=\"" + bob->cookies["csrftoken"] + "\"") != std::string::npos);
    }

    void tokens_are_random_letters_and_digits() {
        std::set<std::string> seen;
        std::set<char> characters;
        for (int i = 0; i < 1000; ++i) {
            const web::CsrfToken token = web::new_csrf_token();
            CPPUNIT_ASSERT_EQUAL(std::size_t{32}, token.value.size());
            seen.insert(token.value);
            characters.insert(token.value.begin(), token.value.end());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, seen.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{62}, characters.size());
    }

private:
    HttpResponse mark_read() {
        ValueMap body;
        body.set("with", "bob");
        return alice->post_json("/api/messages/read/", body);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CsrfTest);

}  // namespace
}  // namespace zanhu::web_test
