#include "core/settings/deflate_settings.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "tests/unit/core/settings/settings_fixture.h"

namespace zanhu::settings {
namespace {

using testing::load_text;
using testing::problems_of;

class DeflateSettingsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(DeflateSettingsTest);
    CPPUNIT_TEST(compression_is_off_and_sparing_by_default);
    CPPUNIT_TEST(every_key_is_read);
    CPPUNIT_TEST(values_out_of_range_are_refused);
    CPPUNIT_TEST(one_message_has_to_fit_into_what_may_be_unfinished);
    CPPUNIT_TEST_SUITE_END();

    static DeflateSettings read(const std::string& text) {
        Problems problems;
        const Settings settings = load_text(text, problems);
        CPPUNIT_ASSERT(problems.empty());
        return DeflateSettings::from(settings);
    }

    void compression_is_off_and_sparing_by_default() {
        const DeflateSettings deflate = read("");
        CPPUNIT_ASSERT(!deflate.enabled);
        CPPUNIT_ASSERT(deflate.server_no_context_takeover && deflate.client_no_context_takeover);
        CPPUNIT_ASSERT(deflate.server_max_window_bits == 15 && deflate.client_max_window_bits == 15);
        CPPUNIT_ASSERT(deflate.level == 1 && deflate.memory_level == 8 && deflate.threshold == 256);
        CPPUNIT_ASSERT(deflate.max_contexts == 1000 && deflate.max_unfinished == 64 << 20);
        CPPUNIT_ASSERT(deflate.context_timeout == std::chrono::seconds(60));
    }

    void every_key_is_read() {
        const DeflateSettings deflate = read(
            "[deflate]\nenabled = yes\nthreshold = 1KiB\nlevel = 9\nmemory_level = 3\n"
            "server_max_window_bits = 8\nclient_max_window_bits = 9\nserver_no_context_takeover = no\n"
            "client_no_context_takeover = no\nmax_contexts = 7\ncontext_timeout = 5s\nmax_unfinished = "
            "2MiB\n");
        CPPUNIT_ASSERT(deflate.enabled);
        CPPUNIT_ASSERT(!deflate.server_no_context_takeover && !deflate.client_no_context_takeover);
        CPPUNIT_ASSERT(deflate.server_max_window_bits == 8 && deflate.client_max_window_bits == 9);
        CPPUNIT_ASSERT(deflate.level == 9 && deflate.memory_level == 3 && deflate.threshold == 1024);
        CPPUNIT_ASSERT(deflate.max_contexts == 7 && deflate.max_unfinished == 2 << 20);
        CPPUNIT_ASSERT(deflate.context_timeout == std::chrono::seconds(5));
    }

    void values_out_of_range_are_refused() {
        for (const std::string line : {"server_max_window_bits = 7",
                                       "server_max_window_bits = 16",
                                       "client_max_window_bits = 7",
                                       "client_max_window_bits = 16",
                                       "level = 0",
                                       "level = 10",
                                       "memory_level = 0",
                                       "memory_level = 10",
                                       "enabled = maybe",
                                       "context_timeout = 0",
                                       "max_unfinished = 1"}) {
            CPPUNIT_ASSERT_MESSAGE(line, !problems_of("[deflate]\n" + line + "\n").empty());
        }
    }

    void one_message_has_to_fit_into_what_may_be_unfinished() {
        const std::string small = "max_unfinished = 512KiB\n";
        CPPUNIT_ASSERT_EQUAL(std::string(), problems_of("[deflate]\n" + small));
        CPPUNIT_ASSERT_EQUAL(
            std::string("FILE:3: [deflate] max_unfinished: is smaller than [websocket] max_message_size, so "
                        "that one message alone would be too many; raise it to 1MiB or more"),
            problems_of("[deflate]\nenabled = yes\n" + small));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeflateSettingsTest);

}  // namespace
}  // namespace zanhu::settings
