#include "web/applications.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>

#include <zanhu/errors.h>

#include "tests/application/web/browser.h"

namespace zanhu::web_test {
namespace {

class ApplicationsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ApplicationsTest);
    CPPUNIT_TEST(the_configuration_can_name_the_site);
    CPPUNIT_TEST(the_site_needs_what_the_auth_chain_sets);
    CPPUNIT_TEST(the_name_cannot_be_taken_twice);
    CPPUNIT_TEST_SUITE_END();

public:
    void the_configuration_can_name_the_site() {
        TestLoop loop;
        FakeServices services(loop);
        Components components;
        web::add_web_applications(components);
        const auto factory = components.application("Site", ScopeType::http);
        factory->configure(ConfigView(), services);
        const std::unique_ptr<Application> site = factory->make();
        Browser browser(*site, services, loop);
        CPPUNIT_ASSERT_EQUAL(200, browser.get("/login/").status);
    }

    void the_site_needs_what_the_auth_chain_sets() {
        Components components;
        web::add_web_applications(components);
        const auto factory = components.application("Site", ScopeType::http);
        const auto needs = factory->needs();
        for (const char* slot : {"cookies", "session", "user"}) {
            CPPUNIT_ASSERT_MESSAGE(slot, std::ranges::find(needs, slot) != needs.end());
        }
    }

    void the_name_cannot_be_taken_twice() {
        Components components;
        web::add_web_applications(components);
        CPPUNIT_ASSERT_THROW(web::add_web_applications(components), ConfigError);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApplicationsTest);

}  // namespace
}  // namespace zanhu::web_test
