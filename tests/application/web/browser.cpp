#include "tests/application/web/browser.h"

#include <cppunit/TestAssert.h>

#include <zanhu/cookies.h>
#include <zanhu/forms.h>
#include <zanhu/session.h>

namespace zanhu::web_test {

HttpResponse Browser::post_form(const std::string& target, Fields fields) {
    std::string body;
    bool has_token = !send_csrf;
    for (const auto& [name, value] : fields) {
        has_token = has_token || name == "csrfmiddlewaretoken";
        body += url_encode(name) + '=' + url_encode(value) + '&';
    }
    if (!has_token) body += "csrfmiddlewaretoken=" + url_encode(cookies["csrftoken"]);
    return request("POST", target, "application/x-www-form-urlencoded", body);
}

HttpResponse Browser::post_text(const std::string& target, std::string body) {
    const auto before = headers;
    if (send_csrf) headers.emplace_back("x-csrftoken", cookies["csrftoken"]);
    HttpResponse response = request("POST", target, "application/json; charset=utf-8", std::move(body));
    headers = before;
    return response;
}

HttpResponse Browser::request(const std::string& method,
                              const std::string& target,
                              const std::string& content_type,
                              std::string body) {
    HttpCommunicator communicator(site_, loop_);
    fill(communicator.scope(), method, target, content_type);
    set_slots(communicator.scope());
    communicator.set_body(std::move(body));
    HttpResponse response = communicator.run();
    CPPUNIT_ASSERT_MESSAGE("the response is whole", response.complete);
    keep_cookies(response);
    return response;
}

HttpResponse Browser::log_in(const std::string& username,
                             const std::string& password,
                             const std::string& next) {
    get("/login/");
    return post_form("/login/", {{"username", username}, {"password", password}, {"next", next}});
}

void Browser::fill(Scope& scope,
                   const std::string& method,
                   const std::string& target,
                   const std::string& content_type) {
    const std::size_t question = target.find('?');
    scope.method = method;
    scope.scheme = scheme;
    scope.raw_path = target.substr(0, question);
    scope.path = url_decode(scope.raw_path).value();
    scope.query_string = question == std::string::npos ? "" : target.substr(question + 1);
    scope.client.address = address;
    if (!host.empty()) scope.headers.add("host", host);
    if (!content_type.empty()) scope.headers.add("content-type", content_type);
    for (const auto& [name, value] : headers)
        scope.headers.add(name, value);
    std::string cookie;
    for (const auto& [name, value] : cookies)
        cookie += (cookie.empty() ? "" : "; ") + name + '=' + value;
    if (!cookie.empty()) scope.headers.add("cookie", cookie);
}

void Browser::set_slots(Scope& scope) {
    const Cookies& sent = scope.set("cookies", Cookies(scope.headers.find("cookie").value_or("")));
    const std::string key(sent.find(services_.options.session_cookie_name).value_or(""));
    scope.set("session", Session(key));
    const auto session = services_.keys.open.find(key);
    User user;
    for (const auto& [name, account] : services_.people.people) {
        if (session != services_.keys.open.end() && account.id == session->second)
            user = User(account.id, name);
    }
    scope.set("user", user);
}

void Browser::keep_cookies(const HttpResponse& response) {
    for (const std::string_view field : response.headers.all("set-cookie")) {
        const std::size_t equals = field.find('=');
        const std::string name(field.substr(0, equals));
        if (field.find("Max-Age=0") != std::string_view::npos) {
            cookies.erase(name);
        } else {
            cookies[name] = field.substr(equals + 1, field.find(';') - equals - 1);
        }
    }
}

ValueMap json_of(const HttpResponse& response) {
    CPPUNIT_ASSERT_EQUAL(std::string("application/json"), response.header("content-type"));
    const std::optional<Value> json = parse_json(response.body);
    CPPUNIT_ASSERT_MESSAGE(response.body, json && json->as<ValueMap>() != nullptr);
    return *json->as<ValueMap>();
}

void assert_refused(const HttpResponse& response, int status, const std::string& code) {
    CPPUNIT_ASSERT_EQUAL_MESSAGE(response.body, status, response.status);
    const ValueMap body = json_of(response);
    const std::string* error = body.find_text("error");
    const std::string* detail = body.find_text("detail");
    CPPUNIT_ASSERT(error != nullptr && detail != nullptr);
    CPPUNIT_ASSERT_EQUAL(code, *error);
    CPPUNIT_ASSERT_MESSAGE("a sentence, not a key: " + *detail, detail->find(' ') != std::string::npos);
}

SiteFixture::SiteFixture() : services(loop) {
    services.add_person("alice", "alice's password");
    services.add_person("bob", "bob's password");
    restart();
    const HttpResponse response = alice->log_in("alice", "alice's password");
    CPPUNIT_ASSERT_EQUAL(303, response.status);
}

void SiteFixture::restart() {
    site = std::make_unique<web::Site>(services);
    const auto renew = [this](std::unique_ptr<Browser>& browser) {
        auto renewed = std::make_unique<Browser>(*site, services, loop);
        if (browser) renewed->cookies = browser->cookies;
        browser = std::move(renewed);
    };
    renew(alice);
    renew(bob);
}

}  // namespace zanhu::web_test
