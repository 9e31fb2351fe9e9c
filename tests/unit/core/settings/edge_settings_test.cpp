#include "core/settings/edge_settings.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "core/settings/listen.h"
#include "core/settings/settings.h"
#include "tests/unit/core/settings/settings_fixture.h"

namespace zanhu::settings {
namespace {

Settings loaded(const std::string& text) {
    Problems problems;
    auto settings = testing::load_text(text, problems);
    CPPUNIT_ASSERT_EQUAL(std::string(), problems.empty() ? std::string() : problems.lines().front());
    return settings;
}

class EdgeSettingsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(EdgeSettingsTest);
    CPPUNIT_TEST(limits_are_read);
    CPPUNIT_TEST(proxies_are_read_in_their_order);
    CPPUNIT_TEST(the_metrics_address_can_be_set_and_switched_off);
    CPPUNIT_TEST_SUITE_END();

public:
    void limits_are_read() {
        const auto limits = LimitSettings::from(
            loaded("[limits]\nconnections_per_address = 1\nsockets_per_user = 2\nhandshakes_per_second = 3\n"
                   "handshakes_per_second_per_address = 4\nmessages_per_second = 5\nbytes_per_second = 6KiB\n"
                   "excess = close\n"));
        CPPUNIT_ASSERT(limits.connections_per_address == 1 && limits.sockets_per_user == 2);
        CPPUNIT_ASSERT(limits.handshakes_per_second == 3 && limits.handshakes_per_second_per_address == 4);
        CPPUNIT_ASSERT(limits.messages_per_second == 5 && limits.bytes_per_second == 6144);
        CPPUNIT_ASSERT(LimitSettings::Excess::close == limits.excess);
    }

    void proxies_are_read_in_their_order() {
        const auto proxies =
            ProxySettings::from(loaded("[proxies]\ntrusted = 10.0.0.0/8, unix , ::1\nfields = forwarded\n"));
        CPPUNIT_ASSERT((std::vector<std::string>{"10.0.0.0/8", "unix", "::1"} == proxies.trusted));
        CPPUNIT_ASSERT(ProxySettings::Fields::forwarded == proxies.fields);
    }

    void the_metrics_address_can_be_set_and_switched_off() {
        const auto set = MetricsSettings::from(loaded("[metrics]\nlisten = [::1]:9000, 0.0.0.0:1\n"));
        CPPUNIT_ASSERT(set.listen_is_set && set.listen.size() == 2);
        CPPUNIT_ASSERT_EQUAL(std::string("[::1]:9000"), set.listen.front().text());
        const auto off = MetricsSettings::from(loaded("[metrics]\nlisten =\n"));
        CPPUNIT_ASSERT(off.listen_is_set && off.listen.empty());
        const std::string problems = testing::problems_of("[metrics]\nlisten = 9180\n");
        CPPUNIT_ASSERT_MESSAGE(problems,
                               problems.find("[metrics] listen: `9180` has no port") != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EdgeSettingsTest);

}  // namespace
}  // namespace zanhu::settings
