#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/application/testing.h"
#include "tests/application/web/fake_services.h"
#include "web/site.h"

namespace zanhu::web_test {

using test::HttpCommunicator;
using test::HttpResponse;

using Fields = std::initializer_list<std::pair<std::string, std::string>>;

/// One browser: keeps cookies, and stands for the middleware that sets `cookies`, `session` and `user` in the
/// scope. It sends what a page would; change the members for what an attacker would.
class Browser {
public:
    Browser(Application& site, FakeServices& services, TestLoop& loop)
        : site_(site), services_(services), loop_(loop) {}

    HttpResponse get(const std::string& target) { return request("GET", target, "", ""); }
    /// Adds the csrf token of the cookie unless a field of that name is there.
    HttpResponse post_form(const std::string& target, Fields fields);
    /// With the csrf token of the cookie as X-CSRFToken.
    HttpResponse post_json(const std::string& target, const ValueMap& body) {
        return post_text(target, to_json(body));
    }
    HttpResponse post_text(const std::string& target, std::string body);
    HttpResponse request(const std::string& method,
                         const std::string& target,
                         const std::string& content_type,
                         std::string body);
    /// Through the log-in page.
    HttpResponse log_in(const std::string& username,
                        const std::string& password,
                        const std::string& next = "");

    std::map<std::string, std::string> cookies;
    std::string host = "localhost:8000";
    std::string scheme = "http";
    std::string address = "127.0.0.1";
    std::vector<std::pair<std::string, std::string>> headers;  ///< with every request
    bool send_csrf = true;

private:
    void fill(Scope& scope,
              const std::string& method,
              const std::string& target,
              const std::string& content_type);
    void set_slots(Scope& scope);
    void keep_cookies(const HttpResponse& response);

    Application& site_;
    FakeServices& services_;
    TestLoop& loop_;
};

/// The JSON of a response; fails the test when it is none.
ValueMap json_of(const HttpResponse& response);
/// Asserts the status and the code of a JSON refusal, and that it explains itself.
void assert_refused(const HttpResponse& response, int status, const std::string& code);

/// What every test of the site has: a site with alice and bob, and a browser for each, alice's logged in.
struct SiteFixture {
    SiteFixture();
    /// Makes the site anew after its options were changed; sessions stay.
    void restart();

    TestLoop loop;
    FakeServices services;
    std::unique_ptr<web::Site> site;
    std::unique_ptr<Browser> alice;
    std::unique_ptr<Browser> bob;
};

}  // namespace zanhu::web_test
