#include "middleware/origin.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

class Accepts final : public Application {
public:
    Task<void> run(Scope&, Link& link) override {
        ++runs;
        co_await link.send(Accept());
    }
    int runs = 0;
};

using Origins = std::vector<std::string>;

struct Case {
    const char* patterns;
    Origins origins;  // the Origin fields, in order; none: no such header
    bool allowed;
};

// Django: OriginValidator and its tests; the last three patterns are the seed's.
const Case k_cases[] = {
    {"allowed-domain.com", {"http://allowed-domain.com"}, true},
    {"allowed-domain.com", {"https://allowed-domain.com:8443"}, true},
    {"allowed-domain.com", {"http://ALLOWED-domain.com"}, true},
    {"allowed-domain.com", {"http://bad-domain.com"}, false},
    {"allowed-domain.com", {"http://evilallowed-domain.com"}, false},
    {"allowed-domain.com", {"http://sub.allowed-domain.com"}, false},
    {"allowed-domain.com", {"allowed-domain.com"}, false},
    {"allowed-domain.com", {"//allowed-domain.com"}, true},
    {"allowed-domain.com", {"null"}, false},
    {"allowed-domain.com", {""}, false},
    {"allowed-domain.com", {"something-invalid"}, false},
    {"allowed-domain.com", {"file://"}, false},
    {"allowed-domain.com", {}, false},
    {"allowed-domain.com", {"http://user@allowed-domain.com/path"}, true},
    {"allowed-domain.com", {"=?utf-8?B?aHR0cDovL2FsbG93ZWQtZG9tYWluLmNvbQ==?="}, false},
    {"allowed-domain.com", {"http://allowed-domain.com", "http://bad-domain.com"}, false},
    {"allowed-domain.com", {"http://bad-domain.com", "http://allowed-domain.com"}, true},
    {"*.allowed-domain.com", {"http://sub.allowed-domain.com"}, false},
    {".allowed-domain.com", {"http://sub.allowed-domain.com"}, true},
    {".allowed-domain.com", {"http://allowed-domain.com"}, true},
    {"*", {}, true},
    {"*", {"null"}, true},
    {"http://allowed-domain.com", {"http://allowed-domain.com"}, true},
    {"http://allowed-domain.com", {"http://allowed-domain.com:80"}, true},
    {"http://allowed-domain.com", {"https://allowed-domain.com:443"}, false},
    {"http://allowed-domain.com", {"http://allowed-domain.com:99999"}, false},
    {"http://.imooc.com:80, http://muke.site.com, .imooc.com", {"https://www.imooc.com"}, true},
    {"http://.imooc.com:80", {"http://www.imooc.com"}, true},
    {"http://.imooc.com:80", {"http://www.imooc.com:8080"}, false},
    {"http://muke.site.com", {"http://muke.site.com"}, true},
};

class OriginValidatorTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(OriginValidatorTest);
    CPPUNIT_TEST(origins_are_judged_as_channels_judges_them);
    CPPUNIT_TEST(the_sites_hosts_are_the_list_of_the_other_class);
    CPPUNIT_TEST(without_allowed_hosts_this_machine_is_allowed);
    CPPUNIT_TEST(an_empty_list_is_refused_at_the_start);
    CPPUNIT_TEST(it_does_not_stand_in_a_chain_for_http);
    CPPUNIT_TEST_SUITE_END();

public:
    void origins_are_judged_as_channels_judges_them() {
        for (const Case& c : k_cases) {
            middleware::OriginValidatorFactory factory;
            factory.configure(ConfigView("origin", {{"allowed_origins", c.patterns}}), services_);
            const std::string what =
                std::string(c.patterns) + " / " + (c.origins.empty() ? "none" : c.origins.back());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, c.allowed, allows(factory, c.origins));
        }
    }

    void the_sites_hosts_are_the_list_of_the_other_class() {
        services_.options.allowed_hosts = {"example.com"};
        middleware::AllowedHostsOriginValidatorFactory factory;
        factory.configure(ConfigView("origin", {}), services_);
        CPPUNIT_ASSERT(allows(factory, {"https://example.com"}));
        CPPUNIT_ASSERT(!allows(factory, {"http://localhost"}));
    }

    void without_allowed_hosts_this_machine_is_allowed() {
        middleware::AllowedHostsOriginValidatorFactory factory;
        factory.configure(ConfigView("origin", {}), services_);
        for (const char* origin : {"http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"})
            CPPUNIT_ASSERT_MESSAGE(origin, allows(factory, {origin}));
        CPPUNIT_ASSERT(!allows(factory, {"http://example.com"}));
        CPPUNIT_ASSERT(!allows(factory, {}));
    }

    void an_empty_list_is_refused_at_the_start() {
        middleware::OriginValidatorFactory factory;
        CPPUNIT_ASSERT_THROW(factory.configure(ConfigView("origin", {{"allowed_origins", ""}}), services_),
                             ConfigError);
    }

    void it_does_not_stand_in_a_chain_for_http() {
        const OriginPatterns patterns({"*"});
        Accepts inner;
        middleware::OriginValidator validator(patterns, inner);
        WebsocketCommunicator client(validator, loop_);
        client.scope().type = ScopeType::http;
        CPPUNIT_ASSERT_THROW(client.connect(), Error);
        CPPUNIT_ASSERT_EQUAL(0, inner.runs);
    }

private:
    bool allows(const MiddlewareFactory& factory, const Origins& origins) {
        Accepts inner;
        const auto validator = factory.wrap(inner);
        WebsocketCommunicator client(*validator, loop_);
        for (const std::string& origin : origins)
            client.scope().headers.add("origin", origin);
        const auto answer = client.connect();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(answer.accepted ? 1 : 0, inner.runs);
        CPPUNIT_ASSERT_EQUAL(answer.accepted ? 101 : 403, answer.status);
        return answer.accepted;
    }

    TestLoop loop_;
    TestServices services_{loop_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(OriginValidatorTest);

}  // namespace
}  // namespace zanhu::test
