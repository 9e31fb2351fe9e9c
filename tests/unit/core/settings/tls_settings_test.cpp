#include "core/settings/tls_settings.h"

#include <cppunit/extensions/HelperMacros.h>

#include "core/settings/typed.h"
#include "tests/unit/core/settings/settings_fixture.h"

namespace zanhu::settings {
namespace {

using testing::load_text;
using testing::problems_of;

constexpr const char* k_good =
    "[tls]\nlisten = 0.0.0.0:443\ncertificate = /etc/zanhu/fullchain.pem\nprivate_key = /etc/zanhu/key.pem\n";

class TlsSettingsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(TlsSettingsTest);
    CPPUNIT_TEST(without_a_listener_there_is_no_tls_and_nothing_is_missing);
    CPPUNIT_TEST(a_listener_needs_certificate_and_key_by_absolute_paths);
    CPPUNIT_TEST(the_values_are_read);
    CPPUNIT_TEST(with_tls_the_plain_listener_may_be_left_out);
    CPPUNIT_TEST(an_address_is_in_one_section_only);
    CPPUNIT_TEST_SUITE_END();

    static std::string only_problem(const std::string& text) {
        const std::string problems = problems_of(text);
        return problems.find('[') == std::string::npos ? problems : problems.substr(problems.find('['));
    }

    void without_a_listener_there_is_no_tls_and_nothing_is_missing() {
        CPPUNIT_ASSERT_EQUAL(std::string(), problems_of("[tls]\nminimum_version = TLSv1.3\n"));
    }

    void a_listener_needs_certificate_and_key_by_absolute_paths() {
        const std::string missing = only_problem("[tls]\nlisten = 127.0.0.1:8443\n");
        for (const char* key : {"certificate", "private_key"}) {
            const std::string expected = std::string("[tls] ") + key +
                                         ": is missing, and [tls] listen is set; name a file in PEM form, or "
                                         "unset listen";
            CPPUNIT_ASSERT_MESSAGE(missing, missing.find(expected) != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("[tls] chain: `chain.pem` is relative; write an absolute path"),
                             only_problem(std::string(k_good) + "chain = chain.pem\n"));
    }

    void the_values_are_read() {
        using namespace std::chrono_literals;
        Problems problems;
        const auto tls = TlsSettings::from(load_text(
            std::string(k_good) + "minimum_version = TLSv1.3\nsession_tickets = no\nsession_cache = 0\n"
                                  "session_timeout = 1h\nhandshake_timeout = 500ms\nhandshake_budget = 7\n",
            problems));
        CPPUNIT_ASSERT(problems.empty());
        CPPUNIT_ASSERT(tls.enabled() && tls.listen.front().text() == "0.0.0.0:443");
        CPPUNIT_ASSERT_EQUAL(std::string("/etc/zanhu/fullchain.pem"), tls.certificate);
        CPPUNIT_ASSERT_EQUAL(std::string("/etc/zanhu/key.pem"), tls.private_key);
        CPPUNIT_ASSERT(tls.minimum_version == TlsSettings::Version::tls13);
        CPPUNIT_ASSERT(!tls.session_tickets && tls.session_cache == 0 && tls.session_timeout == 1h);
        CPPUNIT_ASSERT(tls.handshake_timeout == 500ms && tls.handshake_budget == 7);
    }

    void with_tls_the_plain_listener_may_be_left_out() {
        Problems problems;
        const auto settings = load_text(std::string(k_good) + "[server]\nlisten =\n", problems);
        CPPUNIT_ASSERT(problems.empty());
        CPPUNIT_ASSERT(ServerSettings::from(settings).listen.empty());
    }

    void an_address_is_in_one_section_only() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("[tls] listen: `0.0.0.0:443` is also in [server] listen; give it another port"),
            only_problem(std::string(k_good) + "[server]\nlisten = 127.0.0.1:80, 0.0.0.0:443\n"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsSettingsTest);

}  // namespace
}  // namespace zanhu::settings
