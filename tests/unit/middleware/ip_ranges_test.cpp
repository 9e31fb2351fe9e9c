#include "middleware/ip_ranges.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <zanhu/errors.h>

namespace zanhu::middleware {
namespace {

class IpRangesTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(IpRangesTest);
    CPPUNIT_TEST(a_network_holds_its_addresses_to_the_bit);
    CPPUNIT_TEST(families_are_not_mixed_up);
    CPPUNIT_TEST(an_ipv4_address_inside_ipv6_counts_as_itself);
    CPPUNIT_TEST(unix_sockets_have_a_word_of_their_own);
    CPPUNIT_TEST(what_is_no_address_is_unknown_and_in_no_other_range);
    CPPUNIT_TEST(bad_entries_are_refused);
    CPPUNIT_TEST(a_client_of_ipv6_is_its_network);
    CPPUNIT_TEST_SUITE_END();

    static bool in(const std::string& range, const std::string& address) {
        return IpRanges({range}).contains(address);
    }

public:
    void a_network_holds_its_addresses_to_the_bit() {
        CPPUNIT_ASSERT(in("10.1.2.128/25", "10.1.2.128") && in("10.1.2.128/25", "10.1.2.255"));
        CPPUNIT_ASSERT(!in("10.1.2.128/25", "10.1.2.127") && !in("10.1.2.128/25", "10.1.3.128"));
        CPPUNIT_ASSERT(in("10.9.8.7/8", "10.1.2.3"));
        CPPUNIT_ASSERT(in("192.0.2.7", "192.0.2.7") && !in("192.0.2.7", "192.0.2.8"));
        CPPUNIT_ASSERT(in("0.0.0.0/0", "255.255.255.255"));
        CPPUNIT_ASSERT(in("2001:db8::/33", "2001:db8:7fff::1") && !in("2001:db8::/33", "2001:db8:8000::1"));
        CPPUNIT_ASSERT(in("::1", "0:0:0:0:0:0:0:1") && !in("::1", "::2"));
    }

    void families_are_not_mixed_up() { CPPUNIT_ASSERT(!in("0.0.0.0/0", "::1") && !in("::/0", "127.0.0.1")); }

    void an_ipv4_address_inside_ipv6_counts_as_itself() {
        CPPUNIT_ASSERT(in("10.0.0.0/8", "::ffff:10.1.2.3") && !in("10.0.0.0/8", "::ffff:11.1.2.3"));
        CPPUNIT_ASSERT(in("::ffff:10.0.0.0/104", "10.1.2.3") && !in("::ffff:10.0.0.0/104", "11.1.2.3"));
    }

    void unix_sockets_have_a_word_of_their_own() {
        CPPUNIT_ASSERT(in("unix", "") && !in("0.0.0.0/0", "") && !in("unix", "127.0.0.1"));
        CPPUNIT_ASSERT(!IpRanges({"unix"}).empty() && IpRanges().empty());
    }

    void what_is_no_address_is_unknown_and_in_no_other_range() {
        for (const char* unknown : {"unknown", "_abc", "localhost", "10.0.0.1:80"}) {
            CPPUNIT_ASSERT(!in("0.0.0.0/0", unknown) && !in("::/0", unknown) && !in("unix", unknown));
            CPPUNIT_ASSERT(in("unknown", unknown) && !IpRanges::is_known(unknown));
        }
        CPPUNIT_ASSERT(!in("unknown", "") && !in("unknown", "127.0.0.1") && !IpRanges({"unknown"}).empty());
        CPPUNIT_ASSERT(IpRanges::is_known("") && IpRanges::is_known("::1"));
    }

    void bad_entries_are_refused() {
        for (const char* entry : {"",
                                  "localhost",
                                  "10.0.0",
                                  "10.0.0.0/",
                                  "10.0.0.0/33",
                                  "10.0.0.0/8x",
                                  "/8",
                                  "10.0.0.0/-1",
                                  "::/129",
                                  "10.0.0.0/8/8",
                                  "*",
                                  "10.0.0.256"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(entry, IpRanges({entry}), ConfigError);
        }
    }

    void a_client_of_ipv6_is_its_network() {
        CPPUNIT_ASSERT_EQUAL(client_network("2001:db8:1:2:aaaa::1"), client_network("2001:db8:1:2:bbbb::2"));
        CPPUNIT_ASSERT(client_network("2001:db8:1:2::1") != client_network("2001:db8:1:3::1"));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), client_network("192.0.2.7"));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), client_network("::ffff:192.0.2.7"));
        CPPUNIT_ASSERT_EQUAL(std::string(), client_network(""));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IpRangesTest);

}  // namespace
}  // namespace zanhu::middleware
