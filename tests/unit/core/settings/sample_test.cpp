// Holds etc/zanhu.ini against the schema, in both directions.
#include <Poco/RegularExpression.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "core/settings/schema.h"
#include "core/settings/typed.h"
#include "tests/unit/core/settings/settings_fixture.h"

namespace zanhu::settings {
namespace {

using testing::plain_options;

const std::string k_sample = ZANHU_SOURCE_DIR "/etc/zanhu.ini";

class SampleTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(SampleTest);
    CPPUNIT_TEST(every_key_of_the_schema_is_in_the_sample_with_its_default);
    CPPUNIT_TEST(every_key_of_the_sample_is_in_the_schema);
    CPPUNIT_TEST(every_key_of_a_route_is_in_the_sample);
    CPPUNIT_TEST(only_the_placeholder_of_the_secret_key_must_be_changed);
    CPPUNIT_TEST(the_sample_is_what_is_in_force_without_it);
    CPPUNIT_TEST_SUITE_END();

    struct Line {
        std::string text;
        bool active = false;
    };
    std::map<std::string, std::map<std::string, Line>> sections_;

public:
    // A key is commented out with a `;` that touches it; prose has a blank behind its `;`.
    void setUp() override {
        sections_.clear();
        std::ifstream stream(k_sample);
        CPPUNIT_ASSERT_MESSAGE(k_sample, stream.good());
        Poco::RegularExpression head(R"(^\[(.+)\]$)");
        Poco::RegularExpression key(R"(^(;?)([a-z_]+) =(?: (.*))?$)");
        std::string section;
        for (std::string line; std::getline(stream, line);) {
            std::vector<std::string> parts;
            if (head.split(line, parts) > 0) {
                section = parts.at(1);
                CPPUNIT_ASSERT_MESSAGE(section, sections_.try_emplace(section).second);
            } else if (key.split(line, parts) > 0) {
                const Line found{parts.size() > 3 ? parts[3] : std::string(), parts.at(1).empty()};
                CPPUNIT_ASSERT_MESSAGE(line, sections_[section].try_emplace(parts.at(2), found).second);
            } else {
                CPPUNIT_ASSERT_MESSAGE(line, line.empty() || line == ";" || line.starts_with("; "));
            }
        }
    }

private:
    void every_key_of_the_schema_is_in_the_sample_with_its_default() {
        for (const auto& section : schema()) {
            for (const auto& key : section.keys) {
                const auto name = "[" + std::string(section.section) + "] " + std::string(key.key);
                const auto& keys = sections_[std::string(section.section)];
                const auto found = keys.find(std::string(key.key));
                CPPUNIT_ASSERT_MESSAGE(name + " is not in the sample", found != keys.end());
                if (name == "[site] secret_key") continue;
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string(key.default_value), found->second.text);
                CPPUNIT_ASSERT_MESSAGE(name + " is not commented out", !found->second.active);
            }
        }
    }

    void every_key_of_the_sample_is_in_the_schema() {
        CPPUNIT_ASSERT(sections_.size() > schema().size());
        for (const auto& [section, keys] : sections_) {
            const auto* spec = find_section(section);
            const auto known = spec != nullptr ? spec->keys : common_component_keys(section);
            for (const auto& [key, line] : keys) {
                const bool found =
                    std::any_of(known.begin(), known.end(), [&name = key](const KeySpec& candidate) {
                        return candidate.key == name;
                    });
                CPPUNIT_ASSERT_MESSAGE("[" + section + "] " + key + " is not in the schema", found);
            }
        }
    }

    void every_key_of_a_route_is_in_the_sample() {
        for (const auto& key : common_component_keys("route.notifications")) {
            CPPUNIT_ASSERT_MESSAGE(std::string(key.key),
                                   sections_["route.notifications"].contains(std::string(key.key)));
        }
    }

    void only_the_placeholder_of_the_secret_key_must_be_changed() {
        auto options = plain_options();
        options.environment.erase("SECRET_KEY");
        options.file = k_sample;
        Problems problems;
        Settings::load(options, problems);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, problems.lines().size());
        const auto& line = problems.lines().front();
        CPPUNIT_ASSERT_MESSAGE(
            line, line.find("[site] secret_key: is still the sample's placeholder") != std::string::npos);
    }

    void the_sample_is_what_is_in_force_without_it() {
        const auto bare = Settings::load(plain_options());
        auto options = plain_options();
        options.file = k_sample;
        auto sample = Settings::load(options);
        for (const auto& section : schema()) {
            for (const auto& key : section.keys)
                CPPUNIT_ASSERT_EQUAL(bare.section(section.section).text(key.key),
                                     sample.section(section.section).text(key.key));
        }
        const auto tree = TreeSettings::from(sample);
        const auto built_in = TreeSettings::from(bare);
        CPPUNIT_ASSERT(tree.websocket == built_in.websocket);
        CPPUNIT_ASSERT(tree.http == built_in.http);
        CPPUNIT_ASSERT(tree.routes == built_in.routes);
        CPPUNIT_ASSERT(tree.channel == built_in.channel);
        CPPUNIT_ASSERT(tree.http_routes.empty() && tree.workers.empty());
        for (const auto& element : tree.websocket)
            sample.component(element.name, {});
        for (const auto& route : tree.routes)
            sample.component(route.section, {});
        sample.check_unknown();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SampleTest);

}  // namespace
}  // namespace zanhu::settings
