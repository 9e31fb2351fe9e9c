#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <zanhu/forms.h>

#include "tests/application/web/browser.h"

namespace zanhu::web_test {
namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string set_cookie(const HttpResponse& response, const std::string& name) {
    for (const std::string_view field : response.headers.all("set-cookie")) {
        if (field.starts_with(name + '=')) return std::string(field);
    }
    return {};
}

class LoginTest : public CPPUNIT_NS::TestFixture, private SiteFixture {
    CPPUNIT_TEST_SUITE(LoginTest);
    CPPUNIT_TEST(the_right_password_opens_a_session);
    CPPUNIT_TEST(a_wrong_password_shows_the_form_again);
    CPPUNIT_TEST(an_empty_form_is_refused_without_a_look_at_accounts);
    CPPUNIT_TEST(what_was_typed_comes_back_as_text);
    CPPUNIT_TEST(blanks_around_the_name_do_not_count);
    CPPUNIT_TEST(a_log_in_never_takes_a_session_that_was_there);
    CPPUNIT_TEST(a_log_in_replaces_the_csrf_token);
    CPPUNIT_TEST(the_session_cookie_has_the_attributes_of_the_settings);
    CPPUNIT_TEST(cookies_set_over_https_are_secure_whatever_the_settings_say);
    CPPUNIT_TEST(a_log_in_leads_to_next);
    CPPUNIT_TEST(a_log_in_never_leads_to_another_site);
    CPPUNIT_TEST(the_log_in_page_carries_a_safe_next_only);
    CPPUNIT_TEST(whoever_is_logged_in_needs_no_log_in_page);
    CPPUNIT_TEST(a_form_must_be_a_form);
    CPPUNIT_TEST(a_log_out_ends_the_session);
    CPPUNIT_TEST(a_log_out_without_a_session_does_no_harm);
    CPPUNIT_TEST(too_many_failures_are_429_for_the_account);
    CPPUNIT_TEST(too_many_failures_are_429_for_the_address);
    CPPUNIT_TEST(a_client_without_an_address_counts_per_account_only);
    CPPUNIT_TEST(a_failing_database_is_nobodys_failure);
    CPPUNIT_TEST_SUITE_END();

public:
    void the_right_password_opens_a_session() {
        const HttpResponse response = bob->log_in("bob", "bob's password");
        CPPUNIT_ASSERT_EQUAL(303, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("/"), response.header("location"));
        CPPUNIT_ASSERT_EQUAL(services.people.people["bob"].id,
                             services.keys.open.at(bob->cookies.at("sessionid")));
        CPPUNIT_ASSERT_EQUAL(200, bob->get("/").status);
    }

    void a_wrong_password_shows_the_form_again() {
        const std::pair<const char*, const char*> cases[] = {{"bob", "wrong"},
                                                             {"nobody", "bob's password"},
                                                             {"Bob", "bob's password"},
                                                             {"bob", "bob's password "}};
        for (const auto& [name, password] : cases) {
            const HttpResponse response = bob->log_in(name, password);
            CPPUNIT_ASSERT_EQUAL(200, response.status);
            CPPUNIT_ASSERT(contains(response.body, "The username or the password is not right."));
            CPPUNIT_ASSERT(!bob->cookies.contains("sessionid"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, services.keys.open.size());
    }

    void an_empty_form_is_refused_without_a_look_at_accounts() {
        const int before = services.people.password_checks;
        CPPUNIT_ASSERT_EQUAL(200, bob->log_in("", "x").status);
        CPPUNIT_ASSERT_EQUAL(200, bob->log_in("bob", "").status);
        CPPUNIT_ASSERT_EQUAL(before, services.people.password_checks);
    }

    void what_was_typed_comes_back_as_text() {
        const std::string name = "\"><script>alert(1)</script>";
        const HttpResponse response = bob->log_in(name, "secret-word", "/\"><script>alert(2)</script>");
        CPPUNIT_ASSERT(!contains(response.body, "<script>alert"));
        CPPUNIT_ASSERT(contains(response.body, html_escape(name)));
        CPPUNIT_ASSERT(contains(response.body, "value=\"/&quot;&gt;&lt;script&gt;alert(2)"));
        CPPUNIT_ASSERT_MESSAGE("a password never comes back", !contains(response.body, "secret-word"));
    }

    void blanks_around_the_name_do_not_count() {
        CPPUNIT_ASSERT_EQUAL(303, bob->log_in(" bob\t", "bob's password").status);
    }

    void a_log_in_never_takes_a_session_that_was_there() {
        bob->cookies["sessionid"] = "planted-by-an-attacker";
        CPPUNIT_ASSERT_EQUAL(303, bob->log_in("bob", "bob's password").status);
        CPPUNIT_ASSERT(bob->cookies["sessionid"] != "planted-by-an-attacker");
        CPPUNIT_ASSERT(!services.keys.open.contains("planted-by-an-attacker"));

        const std::string first = alice->cookies["sessionid"];
        alice->get("/");
        CPPUNIT_ASSERT_EQUAL(
            303, alice->post_form("/login/", {{"username", "bob"}, {"password", "bob's password"}}).status);
        CPPUNIT_ASSERT(alice->cookies["sessionid"] != first);
        CPPUNIT_ASSERT_MESSAGE("the old session is gone", !services.keys.open.contains(first));
    }

    void a_log_in_replaces_the_csrf_token() {
        bob->get("/login/");
        const std::string before = bob->cookies["csrftoken"];
        bob->log_in("bob", "wrong");
        CPPUNIT_ASSERT_EQUAL(before, bob->cookies["csrftoken"]);
        bob->log_in("bob", "bob's password");
        CPPUNIT_ASSERT(before != bob->cookies["csrftoken"]);
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, bob->cookies["csrftoken"].size());
    }

    void the_session_cookie_has_the_attributes_of_the_settings() {
        std::string cookie = set_cookie(bob->log_in("bob", "bob's password"), "sessionid");
        CPPUNIT_ASSERT_MESSAGE(cookie, contains(cookie, "; HttpOnly; Max-Age=1209600; Path=/; SameSite=Lax"));
        CPPUNIT_ASSERT(!contains(cookie, "Secure") && !contains(cookie, "Domain"));
        SiteOptions& options = services.options;
        options.session_cookie_name = "sid";
        options.session_cookie_age = std::chrono::seconds(60);
        options.session_cookie_domain = "example.com";
        options.session_cookie_path = "/chat";
        options.session_cookie_secure = true;
        options.session_cookie_http_only = false;
        options.session_cookie_same_site = "Strict";
        options.csrf_cookie_secure = true;
        bob->cookies.clear();
        const HttpResponse response = bob->log_in("bob", "bob's password");
        cookie = set_cookie(response, "sid");
        CPPUNIT_ASSERT_MESSAGE(cookie, contains(cookie, "; Domain=example.com; expires="));
        CPPUNIT_ASSERT_MESSAGE(cookie, contains(cookie, "; Max-Age=60; Path=/chat; SameSite=Strict; Secure"));
        CPPUNIT_ASSERT(!contains(cookie, "HttpOnly"));
        const std::string csrf = set_cookie(response, "csrftoken");
        CPPUNIT_ASSERT_MESSAGE(csrf, contains(csrf, "; Path=/; SameSite=Lax; Secure"));
        const std::string gone = set_cookie(bob->post_form("/logout/", {}), "sid");
        CPPUNIT_ASSERT_MESSAGE(
            gone, contains(gone, "Domain=example.com") && contains(gone, "Max-Age=0; Path=/chat"));
    }

    void cookies_set_over_https_are_secure_whatever_the_settings_say() {
        bob->scheme = "https";
        bob->headers = {{"origin", "https://localhost:8000"}};
        const std::string before = set_cookie(bob->get("/login/"), "csrftoken");
        CPPUNIT_ASSERT_MESSAGE(before, contains(before, "; Secure"));
        const HttpResponse response = bob->log_in("bob", "bob's password");
        for (const char* name : {"sessionid", "csrftoken"}) {
            const std::string cookie = set_cookie(response, name);
            CPPUNIT_ASSERT_MESSAGE(cookie, contains(cookie, "; Secure"));
        }
    }

    void a_log_in_leads_to_next() {
        const std::pair<const char*, const char*> cases[] = {
            {"/", "/"},
            {"/#bob", "/#bob"},
            {"/?a=1&b=2", "/?a=1&b=2"},
            {"/a%20b", "/a%20b"},
            {"/张", "/%E5%BC%A0"},
            {"/a b\"c", "/a%20b%22c"},
        };
        for (const auto& [next, location] : cases) {
            Browser fresh(*site, services, loop);
            const HttpResponse response = fresh.log_in("bob", "bob's password", next);
            CPPUNIT_ASSERT_EQUAL(303, response.status);
            CPPUNIT_ASSERT_EQUAL(std::string(location), response.header("location"));
        }
    }

    void a_log_in_never_leads_to_another_site() {
        const std::string attempts[] = {"",
                                        "http://evil.com",
                                        "https://localhost:8000/",
                                        "//evil.com",
                                        "///evil.com",
                                        "/\\evil.com",
                                        "\\/evil.com",
                                        "\\\\evil.com",
                                        "/\t/evil.com",
                                        "\t//evil.com",
                                        "/\n/evil.com",
                                        "/\r\nSet-Cookie: a=b",
                                        " //evil.com",
                                        "javascript:alert(1)",
                                        "evil.com",
                                        "http:///evil.com",
                                        "http:evil.com",
                                        "//evil.com@localhost",
                                        "/a\\..\\\\evil.com",
                                        std::string("/\0/evil.com", 11),
                                        "/" + std::string(5000, 'a')};
        for (const std::string& next : attempts) {
            Browser fresh(*site, services, loop);
            const HttpResponse response = fresh.log_in("bob", "bob's password", next);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(next, 303, response.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(next, std::string("/"), response.header("location"));
        }
    }

    void the_log_in_page_carries_a_safe_next_only() {
        const auto next_of = [this](const std::string& query) {
            const std::string page = bob->get("/login/" + query).body;
            const std::string start = "name=\"next\" value=\"";
            const std::size_t at = page.find(start);
            CPPUNIT_ASSERT(at != std::string::npos);
            return page.substr(at + start.size(), page.find('"', at + start.size()) - at - start.size());
        };
        CPPUNIT_ASSERT_EQUAL(std::string("/"), next_of(""));
        CPPUNIT_ASSERT_EQUAL(std::string("/#bob"), next_of("?next=%2F%23bob"));
        CPPUNIT_ASSERT_EQUAL(std::string("/"), next_of("?next=//evil.com"));
        CPPUNIT_ASSERT_EQUAL(std::string("/"), next_of("?next=%2F%09%2Fevil.com"));
        CPPUNIT_ASSERT_EQUAL(std::string("/"), next_of("?next=%zz"));
        CPPUNIT_ASSERT_EQUAL(std::string("/&lt;b&gt;"), next_of("?next=/<b>"));
    }

    void whoever_is_logged_in_needs_no_log_in_page() {
        const HttpResponse response = alice->get("/login/?next=/static/favicon.svg");
        CPPUNIT_ASSERT_EQUAL(302, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("/"), response.header("location"));
    }

    void a_form_must_be_a_form() {
        bob->get("/login/");
        bob->headers.emplace_back("x-csrftoken", bob->cookies["csrftoken"]);
        CPPUNIT_ASSERT_EQUAL(415, bob->request("POST", "/login/", "text/plain", "username=bob").status);
        CPPUNIT_ASSERT_EQUAL(415, bob->request("POST", "/login/", "", "username=bob").status);
        CPPUNIT_ASSERT_EQUAL(
            400, bob->request("POST", "/login/", "application/x-www-form-urlencoded", "username=%zz").status);
        CPPUNIT_ASSERT_EQUAL(
            400, bob->request("POST", "/login/", "application/x-www-form-urlencoded", "username=%ff").status);
    }

    void a_log_out_ends_the_session() {
        const std::string key = alice->cookies["sessionid"];
        const HttpResponse response = alice->post_form("/logout/", {});
        CPPUNIT_ASSERT_EQUAL(303, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("/login/"), response.header("location"));
        CPPUNIT_ASSERT(!services.keys.open.contains(key));
        CPPUNIT_ASSERT(!alice->cookies.contains("sessionid"));
        CPPUNIT_ASSERT_EQUAL(302, alice->get("/").status);
    }

    void a_log_out_without_a_session_does_no_harm() {
        bob->get("/login/");
        CPPUNIT_ASSERT_EQUAL(303, bob->post_form("/logout/", {}).status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, services.keys.open.size());
    }

    void too_many_failures_are_429_for_the_account() {
        for (int i = 0; i < 10; ++i) {
            bob->address = "10.0.0." + std::to_string(i);
            CPPUNIT_ASSERT_EQUAL(200, bob->log_in("bob", "wrong").status);
        }
        const int checks = services.people.password_checks;
        bob->headers.emplace_back("accept-language", "zh");
        const HttpResponse response = bob->log_in("bob", "bob's password");
        CPPUNIT_ASSERT_EQUAL(429, response.status);
        const int wait = std::stoi(response.header("retry-after"));
        CPPUNIT_ASSERT(wait > 0 && wait <= 300);
        CPPUNIT_ASSERT(contains(response.body, "尝试次数过多"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("no password was looked at", checks, services.people.password_checks);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("another account", 303, bob->log_in("alice", "alice's password").status);
    }

    void too_many_failures_are_429_for_the_address() {
        for (int i = 0; i < 10; ++i)
            bob->log_in("nobody" + std::to_string(i), "wrong");
        CPPUNIT_ASSERT_EQUAL(429, bob->log_in("bob", "bob's password").status);
        bob->address = "10.0.0.1";
        CPPUNIT_ASSERT_EQUAL(303, bob->log_in("bob", "bob's password").status);
    }

    void a_client_without_an_address_counts_per_account_only() {
        bob->address.clear();
        for (int i = 0; i < 20; ++i)
            bob->log_in("nobody" + std::to_string(i), "wrong");
        CPPUNIT_ASSERT_EQUAL(303, bob->log_in("bob", "bob's password").status);
    }

    void a_failing_database_is_nobodys_failure() {
        services.people.work.fault = Fault::storage;
        for (int i = 0; i < 20; ++i)
            CPPUNIT_ASSERT_EQUAL(503, bob->log_in("bob", "bob's password").status);
        services.people.work.fault = Fault::none;
        CPPUNIT_ASSERT_EQUAL(303, bob->log_in("bob", "bob's password").status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoginTest);

}  // namespace
}  // namespace zanhu::web_test
