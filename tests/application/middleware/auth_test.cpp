#include "middleware/auth.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>

#include <zanhu/consumer.h>
#include <zanhu/cookies.h>
#include <zanhu/errors.h>
#include <zanhu/session.h>
#include <zanhu/user.h>

#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

const std::string k_key = "abcdefghijklmnopqrstuvwxyz012345";

/// Notes what the middleware put into the scope, and accepts.
class Inspector final : public Application {
public:
    Task<void> run(Scope& scope, Link& link) override {
        ++runs;
        cookie.clear();
        if (const auto* cookies = scope.find<Cookies>("cookies"))
            cookie = cookies->find("a").value_or("none");
        if (const auto* found = scope.find<Session>("session")) session = *found;
        if (const auto* found = scope.find<User>("user")) user = *found;
        co_await link.send(Accept());
    }
    int runs = 0;
    std::string cookie;
    Session session;
    User user{"unset", "unset"};
};

class AuthTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(AuthTest);
    CPPUNIT_TEST(cookies_are_those_of_the_first_field_and_the_last_of_a_name);
    CPPUNIT_TEST(a_session_has_the_key_of_its_cookie_and_is_not_loaded);
    CPPUNIT_TEST(empty_short_and_long_keys_are_no_session);
    CPPUNIT_TEST(a_second_session_middleware_does_nothing);
    CPPUNIT_TEST(the_stack_finds_the_user_of_the_session);
    CPPUNIT_TEST(an_unknown_session_is_anonymous_and_goes_on);
    CPPUNIT_TEST(without_a_usable_key_nothing_is_looked_up);
    CPPUNIT_TEST(a_user_set_further_out_is_kept);
    CPPUNIT_TEST(a_wrong_order_is_an_error);
    CPPUNIT_TEST(a_broken_database_fails_the_handshake);
    CPPUNIT_TEST(a_client_that_goes_during_the_lookup_ends_in_order);
    CPPUNIT_TEST_SUITE_END();

public:
    void cookies_are_those_of_the_first_field_and_the_last_of_a_name() {
        run_with<middleware::CookieMiddlewareFactory>({"a=1; a=2", "a=3"});
        CPPUNIT_ASSERT_EQUAL(std::string("2"), inspector_.cookie);
        run_with<middleware::CookieMiddlewareFactory>({});
        CPPUNIT_ASSERT_EQUAL(std::string("none"), inspector_.cookie);
    }

    void a_session_has_the_key_of_its_cookie_and_is_not_loaded() {
        services_.options.session_cookie_name = "sid";
        middleware::SessionMiddlewareFactory session;
        session.configure(ConfigView(), services_);
        const auto inner = session.wrap(inspector_);
        middleware::CookieMiddleware application(*inner);
        connect(application, {"sessionid=wrong-cookie; sid=" + k_key});
        CPPUNIT_ASSERT_EQUAL(k_key, inspector_.session.key());
        CPPUNIT_ASSERT(!inspector_.session.loaded());
        CPPUNIT_ASSERT(services_.known.asked.empty());
    }

    void empty_short_and_long_keys_are_no_session() {
        for (const std::string& key : {std::string(), std::string("1234567"), std::string(8193, 'k')}) {
            stack({"sessionid=" + key});
            CPPUNIT_ASSERT_MESSAGE(key, inspector_.session.key().empty() && inspector_.session.loaded());
        }
        for (const std::string& key : {std::string("12345678"), std::string(8192, 'k')}) {
            stack({"sessionid=" + key});
            CPPUNIT_ASSERT_EQUAL(key, inspector_.session.key());
        }
    }

    void a_second_session_middleware_does_nothing() {
        const std::string cookie_name = "sessionid";
        middleware::SessionMiddleware inner(cookie_name, inspector_);
        middleware::SessionMiddleware application(cookie_name, inner);
        WebsocketCommunicator client(application, loop_);
        client.scope().set("session", Session("set-further-out"));
        client.connect();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("set-further-out"), inspector_.session.key());
    }

    void the_stack_finds_the_user_of_the_session() {
        services_.known.open[k_key] = User("7", "张三");
        stack({"other=x; sessionid=" + k_key});
        CPPUNIT_ASSERT_EQUAL(std::string("张三"), inspector_.user.username());
        CPPUNIT_ASSERT_EQUAL(std::string("7"), inspector_.user.id());
        CPPUNIT_ASSERT(inspector_.session.loaded());
        CPPUNIT_ASSERT_EQUAL(std::string("7"), *inspector_.session.data().find_text("_auth_user_id"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.known.asked.size());
    }

    void an_unknown_session_is_anonymous_and_goes_on() {
        stack({"sessionid=" + k_key});
        CPPUNIT_ASSERT(inspector_.user.is_anonymous() && inspector_.session.loaded());
        CPPUNIT_ASSERT_EQUAL(1, inspector_.runs);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), services_.known.asked.size());
    }

    void without_a_usable_key_nothing_is_looked_up() {
        stack({});
        stack({"sessionid=short"});
        CPPUNIT_ASSERT(inspector_.user.is_anonymous());
        CPPUNIT_ASSERT_EQUAL(2, inspector_.runs);
        CPPUNIT_ASSERT(services_.known.asked.empty());
    }

    void a_user_set_further_out_is_kept() {
        services_.known.open[k_key] = User("7", "alice");
        middleware::AuthMiddlewareStackFactory factory;
        factory.configure(ConfigView(), services_);
        const auto application = factory.wrap(inspector_);
        WebsocketCommunicator client(*application, loop_);
        client.scope().headers.add("cookie", "sessionid=" + k_key);
        client.scope().set("user", User("8", "bob"));
        CPPUNIT_ASSERT(client.connect().accepted);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(std::string("bob"), inspector_.user.username());
    }

    void a_wrong_order_is_an_error() {
        const std::string cookie_name = "sessionid";
        middleware::SessionMiddleware session(cookie_name, inspector_);
        WebsocketCommunicator without_cookies(session, loop_);
        CPPUNIT_ASSERT_THROW(without_cookies.connect(), Error);
        middleware::AuthMiddleware auth(services_.known, inspector_);
        WebsocketCommunicator without_session(auth, loop_);
        CPPUNIT_ASSERT_THROW(without_session.connect(), Error);
        CPPUNIT_ASSERT_EQUAL(0, inspector_.runs);
    }

    void a_broken_database_fails_the_handshake() {
        services_.known.broken = true;
        middleware::AuthMiddlewareStackFactory factory;
        factory.configure(ConfigView(), services_);
        const auto application = factory.wrap(inspector_);
        WebsocketCommunicator client(*application, loop_);
        client.scope().headers.add("cookie", "sessionid=" + k_key);
        CPPUNIT_ASSERT_THROW(client.connect(), StorageError);
        CPPUNIT_ASSERT_EQUAL(0, inspector_.runs);
    }

    void a_client_that_goes_during_the_lookup_ends_in_order() {
        middleware::AuthMiddlewareStackFactory factory;
        factory.configure(ConfigView(), services_);
        ConsumerApplication<AsyncWebsocketConsumer> consumer(services_);
        const auto application = factory.wrap(consumer);
        WebsocketCommunicator client(*application, loop_);
        client.scope().headers.add("cookie", "sessionid=" + k_key);
        loop_.post([&client] { client.link().fail(std::make_exception_ptr(Error("the client is gone"))); });
        client.start();
        client.wait();
        CPPUNIT_ASSERT(client.attached() == nullptr);
    }

private:
    using Lines = std::vector<std::string>;

    void connect(Application& application, const Lines& cookie_fields) {
        WebsocketCommunicator client(application, loop_);
        for (const std::string& field : cookie_fields)
            client.scope().headers.add("cookie", field);
        CPPUNIT_ASSERT(client.connect().accepted);
        client.wait();
    }
    template <class Factory>
    void run_with(const Lines& cookie_fields) {
        Factory factory;
        factory.configure(ConfigView(), services_);
        const auto application = factory.wrap(inspector_);
        connect(*application, cookie_fields);
    }
    void stack(const Lines& cookie_fields) {
        run_with<middleware::AuthMiddlewareStackFactory>(cookie_fields);
    }

    TestLoop loop_;
    TestServices services_{loop_};
    Inspector inspector_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthTest);

}  // namespace
}  // namespace zanhu::test
