#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <zanhu/cookies.h>
#include <zanhu/forms.h>

#include "tests/application/web/browser.h"

namespace zanhu::web_test {
namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class SiteTest : public CPPUNIT_NS::TestFixture, private SiteFixture {
    CPPUNIT_TEST_SUITE(SiteTest);
    CPPUNIT_TEST(the_chat_page_is_for_people_who_are_logged_in);
    CPPUNIT_TEST(everything_carries_the_security_headers);
    CPPUNIT_TEST(a_name_that_is_markup_is_shown_as_text);
    CPPUNIT_TEST(the_title_is_shown_as_text);
    CPPUNIT_TEST(pages_speak_the_language_of_the_browser);
    CPPUNIT_TEST(the_demo_says_so);
    CPPUNIT_TEST(an_unknown_path_is_404_in_the_form_of_its_place);
    CPPUNIT_TEST(a_wrong_method_is_405_with_those_allowed);
    CPPUNIT_TEST(head_is_answered_as_get);
    CPPUNIT_TEST(only_allowed_hosts_are_served);
    CPPUNIT_TEST(an_api_asks_for_a_log_in);
    CPPUNIT_TEST(a_body_that_is_too_large_is_413);
    CPPUNIT_TEST(a_body_may_come_in_pieces);
    CPPUNIT_TEST(a_client_that_vanishes_gets_no_answer);
    CPPUNIT_TEST(a_failing_database_is_503_and_says_so);
    CPPUNIT_TEST(a_full_pool_is_503_with_retry_after);
    CPPUNIT_TEST(an_error_of_the_program_is_500);
    CPPUNIT_TEST_SUITE_END();

public:
    void the_chat_page_is_for_people_who_are_logged_in() {
        const HttpResponse page = alice->get("/");
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        CPPUNIT_ASSERT_EQUAL(std::string("text/html; charset=utf-8"), page.header("content-type"));
        CPPUNIT_ASSERT(contains(page.body, "data-username=\"alice\""));
        CPPUNIT_ASSERT(contains(page.body, "value=\"" + alice->cookies["csrftoken"] + "\""));
        CPPUNIT_ASSERT(!contains(page.body, "{{"));
        const HttpResponse away = bob->get("/");
        CPPUNIT_ASSERT_EQUAL(302, away.status);
        CPPUNIT_ASSERT_EQUAL(std::string("/login/?next=/"), away.header("location"));
    }

    void everything_carries_the_security_headers() {
        const std::string policy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "connect-src 'self' ws://localhost:8000 wss://localhost:8000; form-action 'self'; base-uri "
            "'none'; "
            "frame-ancestors 'none'";
        for (const char* path : {"/",
                                 "/login/",
                                 "/api/people/",
                                 "/api/nothing/",
                                 "/static/zanhu.js",
                                 "/nothing",
                                 "/favicon.ico"}) {
            const HttpResponse response = alice->get(path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, policy, response.header("content-security-policy"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                path, std::string("nosniff"), response.header("x-content-type-options"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                path, std::string("same-origin"), response.header("referrer-policy"));
        }
        for (const char* path : {"/", "/login/", "/api/people/", "/nothing"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                path, std::string("no-store"), alice->get(path).header("cache-control"));
        }
    }

    void a_name_that_is_markup_is_shown_as_text() {
        const std::string name = "\"><script>alert('1')</script>";
        services.add_person(name, "p");
        CPPUNIT_ASSERT_EQUAL(303, bob->log_in(name, "p").status);
        const std::string page = bob->get("/").body;
        CPPUNIT_ASSERT(contains(page, html_escape(name)));
        CPPUNIT_ASSERT(!contains(page, "<script>alert"));
    }

    void the_title_is_shown_as_text() {
        services.options.title = "<b>us & them</b>";
        CPPUNIT_ASSERT(contains(bob->get("/login/").body, "<title>&lt;b&gt;us &amp; them&lt;/b&gt;</title>"));
    }

    void pages_speak_the_language_of_the_browser() {
        HttpResponse page = bob->get("/login/");
        CPPUNIT_ASSERT(contains(page.body, "<html lang=\"en\">"));
        CPPUNIT_ASSERT_EQUAL(std::string("en"), page.header("content-language"));
        bob->headers.emplace_back("accept-language", "zh-CN,zh;q=0.9,en;q=0.8");
        page = bob->get("/login/");
        CPPUNIT_ASSERT(contains(page.body, "<html lang=\"zh-CN\">"));
        CPPUNIT_ASSERT(contains(page.body, "用户名"));
        CPPUNIT_ASSERT_EQUAL(std::string("zh-CN"), page.header("content-language"));
        CPPUNIT_ASSERT(contains(bob->get("/nothing").body, "此地址没有内容"));
        CPPUNIT_ASSERT_EQUAL(std::string("请先登录。"),
                             *json_of(bob->get("/api/people/")).find_text("detail"));
    }

    void the_demo_says_so() {
        CPPUNIT_ASSERT(contains(bob->get("/login/").body, "data-demo=\"\""));
        services.options.demo = true;
        CPPUNIT_ASSERT(contains(bob->get("/login/").body, "data-demo=\"1\""));
        CPPUNIT_ASSERT(contains(alice->get("/").body, "data-demo=\"1\""));
    }

    void an_unknown_path_is_404_in_the_form_of_its_place() {
        for (const char* path : {"/nothing",
                                 "/login",
                                 "/login/x",
                                 "/static/",
                                 "/static/nothing.js",
                                 "/static/login.html",
                                 "/static/..%2Fzanhu.js",
                                 "//",
                                 "/index.html"}) {
            const HttpResponse page = bob->get(path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 404, page.status);
            CPPUNIT_ASSERT(contains(page.body, "There is nothing at this address."));
            CPPUNIT_ASSERT(!contains(page.body, "{{"));
        }
        assert_refused(bob->get("/api/nothing/"), 404, "not_found");
    }

    void a_wrong_method_is_405_with_those_allowed() {
        const std::pair<const char*, const char*> cases[] = {
            {"/", "GET, HEAD"},
            {"/login/", "GET, HEAD, POST"},
            {"/logout/", "POST"},
            {"/api/people/", "GET, HEAD"},
            {"/api/messages/", "GET, HEAD, POST"},
            {"/api/messages/read/", "POST"},
            {"/api/missed/", "GET, HEAD"},
            {"/static/zanhu.js", "GET, HEAD"},
            {"/favicon.ico", "GET, HEAD"},
        };
        for (const auto& [path, allowed] : cases) {
            for (const char* method : {"PUT", "DELETE", "OPTIONS", "get", "POST", "GET"}) {
                if (std::string(allowed).find(method) != std::string::npos) continue;
                const HttpResponse response = alice->request(method, path, "", "");
                CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(method) + path, 405, response.status);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::string(allowed), response.header("allow"));
            }
        }
        assert_refused(alice->request("PUT", "/api/messages/", "", ""), 405, "method_not_allowed");
    }

    void head_is_answered_as_get() {
        for (const char* path : {"/", "/login/", "/static/zanhu.js", "/api/people/"}) {
            const HttpResponse get = alice->get(path);
            const HttpResponse head = alice->request("HEAD", path, "", "");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, get.status, head.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, get.header("content-type"), head.header("content-type"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE("for its length", get.body.size(), head.body.size());
        }
    }

    void only_allowed_hosts_are_served() {
        const std::pair<const char*, int> by_default[] = {{"localhost", 200},
                                                          {"LOCALHOST:9", 200},
                                                          {"127.0.0.1:8000", 200},
                                                          {"[::1]:8000", 200},
                                                          {"example.com", 400},
                                                          {"", 400},
                                                          {"localhost.evil.com", 400},
                                                          {"localhost:x", 400},
                                                          {"local host", 400},
                                                          {"localhost/x", 400},
                                                          {"a@localhost", 400},
                                                          {"\xff", 400},
                                                          {"張.example", 400}};
        for (const auto& [host, status] : by_default) {
            bob->host = host;
            const HttpResponse page = bob->get("/login/");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(host, status, page.status);
            const bool in_policy = contains(page.header("content-security-policy"), "ws://");
            CPPUNIT_ASSERT_EQUAL_MESSAGE("only a valid host is in the policy", status == 200, in_policy);
        }
        services.options.allowed_hosts = {".example.com"};
        bob->host = "a.example.com";
        CPPUNIT_ASSERT_EQUAL(200, bob->get("/login/").status);
        bob->host = "localhost";
        CPPUNIT_ASSERT_EQUAL(400, bob->get("/static/zanhu.js").status);
        assert_refused(bob->get("/api/people/"), 400, "disallowed_host");
    }

    void an_api_asks_for_a_log_in() {
        bob->get("/login/");
        for (const char* path :
             {"/api/people/", "/api/messages/?with=alice", "/api/missed/?after=2026-01-01T00:00:00Z"}) {
            assert_refused(bob->get(path), 401, "not_logged_in");
        }
        ValueMap body;
        body.set("with", "alice");
        assert_refused(bob->post_json("/api/messages/read/", body), 401, "not_logged_in");
        assert_refused(bob->post_json("/api/messages/", body), 401, "not_logged_in");
    }

    void a_body_that_is_too_large_is_413() {
        const std::string huge(web::k_body_limit + 1, 'x');
        assert_refused(alice->post_text("/api/messages/", huge), 413, "too_large");
        assert_refused(alice->post_text("/api/messages/", huge.substr(1)), 400, "bad_request");
        HttpCommunicator communicator(*site, loop);
        communicator.scope().method = "POST";
        communicator.scope().path = "/login/";
        communicator.scope().headers.add("host", "localhost");
        communicator.set_body_pieces({huge.substr(2), "x", "x", ""});
        CPPUNIT_ASSERT_EQUAL(413, communicator.run().status);
    }

    void a_body_may_come_in_pieces() {
        HttpCommunicator communicator(*site, loop);
        bob->get("/login/");
        Scope& scope = communicator.scope();
        scope.method = "POST";
        scope.path = "/login/";
        scope.headers =
            Headers({{"host", "localhost"}, {"content-type", "application/x-www-form-urlencoded"}});
        scope.set("cookies", Cookies("csrftoken=" + bob->cookies["csrftoken"]));
        communicator.set_body_pieces({"username=al",
                                      "ice&password=alice%27s",
                                      "+password&csrfmiddlewaretoken=",
                                      bob->cookies["csrftoken"],
                                      ""});
        CPPUNIT_ASSERT_EQUAL(303, communicator.run().status);
    }

    void a_client_that_vanishes_gets_no_answer() {
        HttpCommunicator communicator(*site, loop);
        communicator.scope().method = "POST";
        communicator.set_body("half");
        communicator.vanish();
        CPPUNIT_ASSERT_EQUAL(0, communicator.run().status);
    }

    void a_failing_database_is_503_and_says_so() {
        services.letters.work.fault = Fault::storage;
        assert_refused(alice->get("/api/people/"), 503, "storage");
        services.people.work.fault = Fault::storage;
        const HttpResponse page = bob->log_in("bob", "bob's password");
        CPPUNIT_ASSERT_EQUAL(503, page.status);
        CPPUNIT_ASSERT(contains(page.body, "could not store or read"));
        CPPUNIT_ASSERT_MESSAGE("nothing of the inside is shown", !contains(page.body, "the disk is full"));
    }

    void a_full_pool_is_503_with_retry_after() {
        services.letters.work.fault = Fault::saturated;
        const HttpResponse response = alice->get("/api/people/");
        assert_refused(response, 503, "busy");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), response.header("retry-after"));
    }

    void an_error_of_the_program_is_500() {
        services.letters.work.fault = Fault::other;
        assert_refused(alice->get("/api/people/"), 500, "server_error");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SiteTest);

}  // namespace
}  // namespace zanhu::web_test
