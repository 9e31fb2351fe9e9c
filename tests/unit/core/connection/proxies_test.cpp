#include "core/connection/proxies.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/unit/core/connection/server.h"

namespace zanhu::connection::testing {
namespace {

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr char k_malformed[] = "proxy_fields_malformed_total";

Proxies proxies(ForwardingFields fields = ForwardingFields::x_forwarded,
                std::vector<std::string> trusted = {"10.0.0.0/8", "::1"}) {
    return {net::NetworkList(trusted), fields};
}

/// `scheme address port` of the client that these fields tell.
std::string told(const Proxies& by,
                 const Fields& fields,
                 const std::string& peer = "10.0.0.1",
                 ScopeType type = ScopeType::http) {
    Scope scope;
    scope.type = type;
    scope.scheme = type == ScopeType::http ? "http" : "ws";
    scope.client = Endpoint{peer, 1000};
    for (const auto& [name, value] : fields)
        scope.headers.add(name, value);
    by.apply(scope);
    return scope.scheme + " " + scope.client.address + " " + std::to_string(scope.client.port);
}

std::string x_forwarded(std::string_view addresses, std::string_view proto = "https") {
    return told(proxies(), {{"x-forwarded-for", addresses}, {"x-forwarded-proto", proto}});
}

std::string forwarded(std::string_view value) {
    return told(proxies(ForwardingFields::forwarded), {{"forwarded", value}});
}

class ProxiesTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ProxiesTest);
    CPPUNIT_TEST(nobody_is_believed_who_is_not_in_the_list);
    CPPUNIT_TEST(the_last_address_that_is_no_trusted_proxy_is_the_client);
    CPPUNIT_TEST(what_a_client_wrote_itself_is_not_looked_at);
    CPPUNIT_TEST(a_chain_of_trusted_proxies_alone_ends_at_its_first);
    CPPUNIT_TEST(an_unknown_client_is_called_so_and_ends_the_walk);
    CPPUNIT_TEST(the_scheme_follows_the_proxy);
    CPPUNIT_TEST(what_cannot_be_read_is_ignored_and_counted);
    CPPUNIT_TEST(the_field_forwarded_says_the_same);
    CPPUNIT_TEST(only_the_configured_fields_are_read);
    CPPUNIT_TEST(a_proxy_on_a_unix_socket_is_trusted_by_name);
    CPPUNIT_TEST(a_chain_has_an_end);
    CPPUNIT_TEST_SUITE_END();

public:
    void nobody_is_believed_who_is_not_in_the_list() {
        const Fields fields = {{"x-forwarded-for", "192.0.2.1"}, {"x-forwarded-proto", "https"}};
        CPPUNIT_ASSERT_EQUAL(std::string("http 203.0.113.1 1000"), told(proxies(), fields, "203.0.113.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("http 10.0.0.1 1000"), told(Proxies(), fields));
        CPPUNIT_ASSERT_EQUAL(std::string("http  1000"), told(proxies(), fields, ""));
        CPPUNIT_ASSERT_EQUAL(std::string("http 10.0.0.1 1000"), told(proxies(), {}));
    }

    void the_last_address_that_is_no_trusted_proxy_is_the_client() {
        CPPUNIT_ASSERT_EQUAL(std::string("https 192.0.2.1 0"), x_forwarded("192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("https 192.0.2.1 0"), x_forwarded("192.0.2.1, 10.0.0.2, ::1"));
        CPPUNIT_ASSERT_EQUAL(std::string("https 192.0.2.2 0"), x_forwarded("192.0.2.1, 192.0.2.2, 10.0.0.2"));
        CPPUNIT_ASSERT_EQUAL(std::string("https 2001:db8::1 443"), x_forwarded("[2001:DB8::1]:443"));
        const Fields lines = {{"x-forwarded-for", "192.0.2.1"}, {"x-forwarded-for", "192.0.2.2"}};
        CPPUNIT_ASSERT_EQUAL(std::string("http 192.0.2.2 0"), told(proxies(), lines));
    }

    void what_a_client_wrote_itself_is_not_looked_at() {
        const auto before = counted(k_malformed);
        CPPUNIT_ASSERT_EQUAL(std::string("https 192.0.2.1 0"), x_forwarded("nonsense\", 192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("https 192.0.2.1 0"), x_forwarded("10.0.0.9, 192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("http 192.0.2.1 0"), forwarded("for=\"un, ended, for=192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(before, counted(k_malformed));
    }

    void a_chain_of_trusted_proxies_alone_ends_at_its_first() {
        CPPUNIT_ASSERT_EQUAL(std::string("https 10.9.9.9 0"), x_forwarded("10.9.9.9, 10.0.0.2"));
    }

    void an_unknown_client_is_called_so_and_ends_the_walk() {
        CPPUNIT_ASSERT_EQUAL(std::string("https unknown 0"), x_forwarded("192.0.2.1, unknown"));
        CPPUNIT_ASSERT_EQUAL(std::string("https unknown 0"), x_forwarded("192.0.2.1, UnKnown, 10.0.0.2"));
        CPPUNIT_ASSERT_EQUAL(std::string("https _abc 0"), x_forwarded("192.0.2.1, _abc"));
        const Proxies by_unix = proxies(ForwardingFields::x_forwarded, {"unix"});
        CPPUNIT_ASSERT_EQUAL(std::string("http unknown 0"),
                             told(by_unix, {{"x-forwarded-for", "192.0.2.1, unknown"}}, ""));
    }

    void the_scheme_follows_the_proxy() {
        CPPUNIT_ASSERT_EQUAL(std::string("http 192.0.2.1 0"), x_forwarded("192.0.2.1", "http"));
        CPPUNIT_ASSERT_EQUAL(std::string("https 192.0.2.1 0"), x_forwarded("192.0.2.1", "HTTPS"));
        CPPUNIT_ASSERT_EQUAL(std::string("http 192.0.2.1 0"), x_forwarded("192.0.2.1", "https, http"));
        CPPUNIT_ASSERT_EQUAL(std::string("https 192.0.2.1 0"),
                             x_forwarded("192.0.2.1, 10.0.0.2", "https, http"));
        CPPUNIT_ASSERT_EQUAL(std::string("https 10.0.0.1 1000"),
                             told(proxies(), {{"x-forwarded-proto", "https"}}));
        const Fields fields = {{"x-forwarded-proto", "https"}};
        CPPUNIT_ASSERT_EQUAL(std::string("wss 10.0.0.1 1000"),
                             told(proxies(), fields, "10.0.0.1", ScopeType::websocket));
    }

    void what_cannot_be_read_is_ignored_and_counted() {
        const auto before = counted(k_malformed);
        CPPUNIT_ASSERT_EQUAL(std::string("https 10.0.0.1 1000"), x_forwarded("192.0.2.1, example.com"));
        CPPUNIT_ASSERT_EQUAL(std::string("https 10.0.0.2 0"), x_forwarded("1.2.3, 10.0.0.2"));
        CPPUNIT_ASSERT_EQUAL(std::string("http 192.0.2.1 0"), x_forwarded("192.0.2.1", "ftp"));
        CPPUNIT_ASSERT_EQUAL(std::string("http 10.0.0.1 1000"), forwarded("for=1.2.3"));
        CPPUNIT_ASSERT_EQUAL(std::string("http 10.0.0.1 1000"), forwarded("192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(before + 5, counted(k_malformed));
    }

    void the_field_forwarded_says_the_same() {
        CPPUNIT_ASSERT_EQUAL(std::string("https 192.0.2.1 0"), forwarded("for=192.0.2.1;proto=https"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("https 2001:db8::1 80"),
            forwarded("for=192.0.2.9, for=\"[2001:db8::1]:80\";proto=https, for=10.0.0.2;proto=http"));
        CPPUNIT_ASSERT_EQUAL(std::string("https unknown 0"),
                             forwarded("for=192.0.2.1, for=unknown;proto=https"));
        CPPUNIT_ASSERT_EQUAL(std::string("https 10.0.0.1 1000"), forwarded("for=192.0.2.1, proto=https"));
    }

    void only_the_configured_fields_are_read() {
        const Fields both = {{"forwarded", "for=192.0.2.1;proto=https"}, {"x-forwarded-for", "192.0.2.2"}};
        CPPUNIT_ASSERT_EQUAL(std::string("http 192.0.2.2 0"), told(proxies(), both));
        CPPUNIT_ASSERT_EQUAL(std::string("https 192.0.2.1 0"),
                             told(proxies(ForwardingFields::forwarded), both));
    }

    void a_proxy_on_a_unix_socket_is_trusted_by_name() {
        const Fields fields = {{"x-forwarded-for", "192.0.2.1"}};
        CPPUNIT_ASSERT_EQUAL(std::string("http 192.0.2.1 0"),
                             told(proxies(ForwardingFields::x_forwarded, {"unix"}), fields, ""));
    }

    void a_chain_has_an_end() {
        std::string chain = "192.0.2.1";
        for (int i = 0; i < 1000; ++i)
            chain += ",10.0.0.2";
        CPPUNIT_ASSERT_EQUAL(std::string("https 10.0.0.2 0"), x_forwarded(chain));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProxiesTest);

}  // namespace
}  // namespace zanhu::connection::testing
