#include "core/settings/demo.h"

#include <Poco/TemporaryFile.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <string>

#include "core/settings/typed.h"
#include "tests/unit/core/settings/settings_fixture.h"

namespace zanhu::settings {
namespace {

class DemoTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(DemoTest);
    CPPUNIT_TEST(it_has_a_database_of_its_own_whatever_is_configured);
    CPPUNIT_TEST(its_files_are_made_only_when_they_are_asked_for);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { directory_ = Poco::TemporaryFile::tempName(); }
    void tearDown() override { std::filesystem::remove_all(directory_); }

private:
    LoadOptions options() const {
        LoadOptions options;
        options.environment = {{"ZANHU_DEMO_DIR", directory_},
                               {"HOME", "/home/tester"},
                               {"DATABASE_URL", "postgres://localhost/site"},
                               {"REDIS_URL", "redis://localhost:6379"}};
        options.overrides = demo_overrides(options.environment);
        options.uid = 1000;
        return options;
    }

    void it_has_a_database_of_its_own_whatever_is_configured() {
        make_demo_files(options().environment);
        const testing::ConfigFile file(
            "[database]\nurl = sqlite:////srv/site.sqlite3\nmigrate = never\n[redis]\nurl = redis://x\n"
            "[channel_layer]\nbackend = redis\n[site]\nallowed_hosts = example.com\n");
        LoadOptions with_file = options();
        with_file.file = file.path();
        const Settings settings = Settings::load(with_file);
        const auto database = DatabaseSettings::from(settings);
        CPPUNIT_ASSERT_EQUAL(directory_ + "/zanhu.sqlite3", database.url.path);
        CPPUNIT_ASSERT(database.migrate == DatabaseSettings::Migrate::automatic);
        const auto site = SiteSettings::from(settings);
        CPPUNIT_ASSERT_EQUAL(std::string("localhost"), site.allowed_hosts.front());
        CPPUNIT_ASSERT(site.secret_key.size() >= k_shortest_secret);
    }

    void its_files_are_made_only_when_they_are_asked_for() {
        LoadOptions check = options();
        check.secret_key = SecretKey::optional;
        static_cast<void>(Settings::load(check));
        CPPUNIT_ASSERT(!std::filesystem::exists(directory_));
        make_demo_files(check.environment);
        const std::string key = SiteSettings::from(Settings::load(options())).secret_key;
        make_demo_files(check.environment);
        CPPUNIT_ASSERT_EQUAL(key, SiteSettings::from(Settings::load(options())).secret_key);
    }

    std::string directory_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DemoTest);

}  // namespace
}  // namespace zanhu::settings
