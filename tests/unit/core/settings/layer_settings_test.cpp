#include "core/settings/layer_settings.h"

#include <cppunit/extensions/HelperMacros.h>

#include <sstream>

#include "tests/unit/core/settings/settings_fixture.h"

namespace zanhu::settings {
namespace {

using testing::load_text;
using testing::loaded;
using testing::plain_options;
using testing::problems_of;

class LayerSettingsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(LayerSettingsTest);
    CPPUNIT_TEST(several_channel_layers_have_sections_of_their_own);
    CPPUNIT_TEST(the_layer_is_chosen_by_what_names_a_redis);
    CPPUNIT_TEST(the_hosts_of_a_layer_come_before_the_url);
    CPPUNIT_TEST(capacities_are_read_in_their_order);
    CPPUNIT_TEST_SUITE_END();

    void several_channel_layers_have_sections_of_their_own() {
        Problems problems;
        const auto settings = load_text(
            "[channel_layer.second]\ncapacity = 7\n[channel_layer.third]\nexpiry = 5s\n"
            "[channel_layer]\ncapacity = 5\n",
            problems);
        CPPUNIT_ASSERT(problems.empty());
        const std::vector<std::string> expected{"default", "second", "third"};
        CPPUNIT_ASSERT(settings.channel_layers() == expected);
        settings.check_unknown();
        CPPUNIT_ASSERT_EQUAL(std::size_t(5), LayerSettings::from(settings).capacity);
        CPPUNIT_ASSERT_EQUAL(std::size_t(7), LayerSettings::from(settings, "second").capacity);
        CPPUNIT_ASSERT_EQUAL(std::size_t(100), LayerSettings::from(settings, "third").capacity);
        CPPUNIT_ASSERT(LayerSettings::from(settings, "third").expiry == std::chrono::seconds(5));
        CPPUNIT_ASSERT(problems_of("[channel_layer.second]\ncapacity = none\n")
                           .starts_with("FILE:2: [channel_layer.second] capacity: "));
        CPPUNIT_ASSERT(problems_of("[channel_layer.second]\nsize = 5\n")
                           .starts_with("FILE:2: [channel_layer.second] size: is not a key of this section"));
        std::ostringstream printed;
        settings.print(printed);
        CPPUNIT_ASSERT(printed.str().find("[channel_layer.second]\n") != std::string::npos);
    }

    void the_layer_is_chosen_by_what_names_a_redis() {
        using Backend = LayerSettings::Backend;
        const auto backend = [](const std::string& text, const char* url) {
            auto options = plain_options();
            options.environment["REDIS_URL"] = url;
            return LayerSettings::from(loaded(text, options)).backend;
        };
        CPPUNIT_ASSERT(backend("", "") == Backend::memory);
        CPPUNIT_ASSERT(backend("", "redis://127.0.0.1:6379") == Backend::redis);
        CPPUNIT_ASSERT(backend("[channel_layer]\nhosts = redis://h/1\n", "") == Backend::redis);
        CPPUNIT_ASSERT(backend("[channel_layer]\nbackend = redis\n", "") == Backend::redis);
        CPPUNIT_ASSERT(backend("[channel_layer]\nbackend = memory\n", "redis://h") == Backend::memory);
    }

    void the_hosts_of_a_layer_come_before_the_url() {
        auto options = plain_options();
        options.environment["REDIS_URL"] = "redis://url";
        const auto hosts = [&options](const std::string& text) {
            return LayerSettings::from(loaded(text, options)).hosts;
        };
        const auto two = hosts("[channel_layer]\nhosts = redis://a/1, redis://b/1\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), two.size());
        CPPUNIT_ASSERT_EQUAL(std::string("redis://b/1"), two.back().url);
        CPPUNIT_ASSERT_EQUAL(std::string("hosts"), two.back().key);
        CPPUNIT_ASSERT_EQUAL(std::string("redis://url"), hosts("").front().url);
        options.environment["REDIS_URL"] = "";
        CPPUNIT_ASSERT_EQUAL(std::string("redis://127.0.0.1:6379"), hosts("").front().url);
    }

    void capacities_are_read_in_their_order() {
        const auto layer = LayerSettings::from(
            loaded("[channel_layer]\nchannel_capacity = http.response!*=10, regex:^a=b=3\n"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), layer.channel_capacity.size());
        CPPUNIT_ASSERT_EQUAL(std::string("regex:^a=b"), layer.channel_capacity[1].first);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), layer.channel_capacity[1].second);
        for (const char* bad : {"x", "=3", "x=", "x=0", "x=many"}) {
            const std::string text =
                problems_of("[channel_layer]\nchannel_capacity = " + std::string(bad) + "\n");
            CPPUNIT_ASSERT_MESSAGE(bad, text.find("[channel_layer] channel_capacity: ") != std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LayerSettingsTest);

}  // namespace
}  // namespace zanhu::settings
