#include "core/net/address.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include <zanhu/errors.h>

namespace zanhu::net {
namespace {

class AddressTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(AddressTest);
    CPPUNIT_TEST(addresses_are_read_and_written_alike);
    CPPUNIT_TEST(what_is_no_address_is_refused_with_an_example);
    CPPUNIT_TEST(loopback_is_told_apart);
    CPPUNIT_TEST(a_path_that_the_system_cannot_hold_is_refused);
    CPPUNIT_TEST_SUITE_END();

public:
    void addresses_are_read_and_written_alike() {
        for (const char* text : {"127.0.0.1:8000",
                                 "0.0.0.0:0",
                                 "255.255.255.255:65535",
                                 "[::1]:8000",
                                 "[::]:1",
                                 "[2001:db8::7]:443",
                                 "unix:/run/zanhu/http.sock"})
            CPPUNIT_ASSERT_EQUAL(std::string(text), Address::parse(text).to_string());
        CPPUNIT_ASSERT(Address::parse("[::1]:8000").endpoint().address == "::1");
        CPPUNIT_ASSERT(Address::parse("10.1.2.3:8000").endpoint().port == 8000);
        CPPUNIT_ASSERT(Address::parse("unix:/a").is_unix());
        CPPUNIT_ASSERT(Address::parse("unix:/a").endpoint().address.empty());
    }

    void what_is_no_address_is_refused_with_an_example() {
        for (const char* text : {"",
                                 ":",
                                 ":8000",
                                 "8000",
                                 "127.0.0.1",
                                 "127.0.0.1:",
                                 "127.0.0.1:65536",
                                 "127.0.0.1:-1",
                                 "127.0.0.1:80x",
                                 "127.0.0.1: 80",
                                 "localhost:8000",
                                 "1.2.3:80",
                                 "::1:8000",
                                 "[::1]",
                                 "[::1:8000",
                                 "[]:80",
                                 "[127.0.0.1]:80",
                                 "[:80",
                                 "unix:",
                                 "unix:relative.sock"}) {
            try {
                (void)Address::parse(text);
                CPPUNIT_FAIL(std::string("accepted: ") + text);
            } catch (const ConfigError& error) {
                const std::string said = error.what();
                CPPUNIT_ASSERT_MESSAGE(text, said.find("127.0.0.1:8000") != std::string::npos);
            }
        }
    }

    void loopback_is_told_apart() {
        for (const char* text : {"127.0.0.1:1", "127.255.0.9:1", "[::1]:1", "unix:/a"})
            CPPUNIT_ASSERT_MESSAGE(text, Address::parse(text).is_loopback());
        for (const char* text : {"0.0.0.0:1", "128.0.0.1:1", "10.0.0.1:1", "[::]:1", "[::ffff:10.0.0.1]:1"})
            CPPUNIT_ASSERT_MESSAGE(text, !Address::parse(text).is_loopback());
    }

    void a_path_that_the_system_cannot_hold_is_refused() {
        CPPUNIT_ASSERT_THROW(Address::unix_socket(""), ConfigError);
        CPPUNIT_ASSERT_THROW(Address::unix_socket("/" + std::string(107, 'x')), ConfigError);
        const std::string longest = "/" + std::string(106, 'x');
        CPPUNIT_ASSERT_EQUAL("unix:" + longest, Address::unix_socket(longest).to_string());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AddressTest);

}  // namespace
}  // namespace zanhu::net
