#include "core/net/network_list.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include <zanhu/errors.h>

namespace zanhu::net {
namespace {

NetworkList list_of(const std::vector<std::string>& entries) {
    return NetworkList(entries);
}

class NetworkListTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(NetworkListTest);
    CPPUNIT_TEST(addresses_are_read_and_written_in_one_form);
    CPPUNIT_TEST(what_is_no_address_is_refused);
    CPPUNIT_TEST(a_subscriber_is_an_ipv4_address_or_a_64);
    CPPUNIT_TEST(networks_contain_what_shares_their_bits);
    CPPUNIT_TEST(ipv4_in_the_form_of_ipv6_is_the_same_address);
    CPPUNIT_TEST(a_unix_socket_is_in_the_list_by_its_word_alone);
    CPPUNIT_TEST(an_empty_list_contains_nothing);
    CPPUNIT_TEST(entries_that_mean_nothing_are_refused_with_the_remedy);
    CPPUNIT_TEST_SUITE_END();

public:
    void addresses_are_read_and_written_in_one_form() {
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.1"), IpAddress::parse("192.0.2.1")->to_string());
        CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::1"),
                             IpAddress::parse("2001:DB8:0:0:0:0:0:1")->to_string());
        CPPUNIT_ASSERT_EQUAL(std::string("::"), IpAddress::parse("::")->to_string());
        CPPUNIT_ASSERT(IpAddress::parse("::1")->hash() == IpAddress::parse("0::1")->hash());
    }

    void what_is_no_address_is_refused() {
        const std::string with_nul("1.2.3.4\0", 8);
        for (const std::string& text : {std::string(),
                                        std::string("1.2.3"),
                                        std::string("1.2.3.256"),
                                        std::string("01.2.3.4"),
                                        std::string("[::1]"),
                                        std::string("::1%lo"),
                                        std::string("1.2.3.4:80"),
                                        std::string(" 1.2.3.4"),
                                        std::string("example.com"),
                                        std::string(100, ':'),
                                        with_nul}) {
            CPPUNIT_ASSERT_MESSAGE(text, !IpAddress::parse(text));
        }
    }

    void a_subscriber_is_an_ipv4_address_or_a_64() {
        const auto subscriber = [](const char* text) {
            return IpAddress::parse(text)->subscriber().to_string();
        };
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.77"), subscriber("192.0.2.77"));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.77"), subscriber("::ffff:192.0.2.77"));
        CPPUNIT_ASSERT_EQUAL(std::string("2001:db8:1:2::"), subscriber("2001:db8:1:2:3:4:5:6"));
    }

    void networks_contain_what_shares_their_bits() {
        const NetworkList list = list_of({"10.0.0.0/8", "192.0.2.7", "2001:db8::/33", "::1/128"});
        for (const char* inside : {"10.0.0.0", "10.255.255.255", "192.0.2.7", "2001:db8:7fff::", "::1"})
            CPPUNIT_ASSERT_MESSAGE(inside, list.contains(inside));
        for (const char* outside :
             {"11.0.0.0", "9.255.255.255", "192.0.2.6", "2001:db8:8000::", "::2", "x", ""})
            CPPUNIT_ASSERT_MESSAGE(outside, !list.contains(outside));
        CPPUNIT_ASSERT(list_of({"0.0.0.0/0"}).contains("203.0.113.1"));
        CPPUNIT_ASSERT(!list_of({"0.0.0.0/0"}).contains("2001:db8::1"));
        CPPUNIT_ASSERT(list_of({"::/0"}).contains("2001:db8::1"));
    }

    void ipv4_in_the_form_of_ipv6_is_the_same_address() {
        CPPUNIT_ASSERT(list_of({"10.0.0.0/8"}).contains("::ffff:10.1.2.3"));
        CPPUNIT_ASSERT(!list_of({"10.0.0.0/8"}).contains("::10.1.2.3"));
    }

    void a_unix_socket_is_in_the_list_by_its_word_alone() {
        CPPUNIT_ASSERT(list_of({"unix"}).contains(""));
        CPPUNIT_ASSERT(!list_of({"unix"}).contains("127.0.0.1"));
        CPPUNIT_ASSERT(!list_of({"0.0.0.0/0"}).contains(""));
    }

    void an_empty_list_contains_nothing() {
        CPPUNIT_ASSERT(NetworkList().empty() && !NetworkList().contains("") &&
                       !NetworkList().contains("::1"));
        CPPUNIT_ASSERT(!list_of({"unix"}).empty() && !list_of({"::1"}).empty());
    }

    void entries_that_mean_nothing_are_refused_with_the_remedy() {
        const std::pair<const char*, const char*> cases[] = {{"10.1.0.0/8", "10.0.0.0/8"},
                                                             {"2001:db8::1/64", "2001:db8::/64"},
                                                             {"10.0.0.0/33", "0 to 32"},
                                                             {"::/129", "0 to 128"},
                                                             {"10.0.0.0/", "0 to 32"},
                                                             {"10.0.0.0/-1", "0 to 32"},
                                                             {"10.0.0.0/8x", "0 to 32"},
                                                             {"localhost", "is no address"},
                                                             {"Unix", "is no address"},
                                                             {"*", "is no address"},
                                                             {"[::1]", "is no address"},
                                                             {"", "is no address"}};
        for (const auto& [entry, remedy] : cases) {
            try {
                list_of({entry});
                CPPUNIT_FAIL(std::string("taken: ") + entry);
            } catch (const ConfigError& error) {
                const std::string text = error.what();
                CPPUNIT_ASSERT_MESSAGE(text, text.find(remedy) != std::string::npos);
                CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("`" + std::string(entry) + "`"));
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NetworkListTest);

}  // namespace
}  // namespace zanhu::net
