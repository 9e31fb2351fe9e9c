#include "core/settings/settings.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include <zanhu/errors.h>

#include "core/settings/schema.h"
#include "core/settings/typed.h"
#include "core/settings/value.h"
#include "tests/unit/core/settings/settings_fixture.h"

namespace zanhu::settings {
namespace {

using testing::ConfigFile;
using testing::error_of;
using testing::k_secret;
using testing::load_text;
using testing::plain_options;
using testing::problems_of;

constexpr KeySpec k_limit_keys[] = {
    {.key = "rate",
     .kind = ValueKind::integer,
     .default_value = "5",
     .help = "messages a second",
     .minimum = 1},
    {.key = "token", .kind = ValueKind::secret, .default_value = "", .help = "a token"},
};
constexpr KeySpec k_needed_keys[] = {
    {.key = "size", .kind = ValueKind::bytes, .default_value = "", .help = "the size to keep"},
};

class SettingsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(SettingsTest);
    CPPUNIT_TEST(every_default_passes_its_own_check);
    CPPUNIT_TEST(without_a_file_the_defaults_are_in_force);
    CPPUNIT_TEST(a_file_replaces_defaults_and_names_count_without_case);
    CPPUNIT_TEST(the_environment_stands_above_the_file_and_overrides_above_both);
    CPPUNIT_TEST(variables_of_django_deployments_are_read);
    CPPUNIT_TEST(zanhu_config_names_the_file_when_no_option_does);
    CPPUNIT_TEST(an_unknown_key_is_answered_with_the_nearest_name);
    CPPUNIT_TEST(a_bad_value_names_the_place_that_it_comes_from);
    CPPUNIT_TEST(all_problems_are_thrown_together);
    CPPUNIT_TEST(a_bad_value_leaves_its_default_for_the_checks_that_follow);
    CPPUNIT_TEST(a_secret_is_never_in_a_message);
    CPPUNIT_TEST(a_component_has_its_own_keys_and_the_common_ones);
    CPPUNIT_TEST(a_component_is_checked_against_its_keys);
    CPPUNIT_TEST(a_key_with_an_empty_default_that_cannot_be_empty_must_be_given);
    CPPUNIT_TEST(a_variable_that_could_mean_two_keys_is_refused);
    CPPUNIT_TEST(a_chain_element_may_be_a_fixed_section);
    CPPUNIT_TEST(a_section_that_nobody_asked_for_is_an_error);
    CPPUNIT_TEST(a_variable_that_nobody_asked_for_is_an_error);
    CPPUNIT_TEST(asking_for_a_section_that_is_not_in_the_schema_is_an_error_of_the_program);
    CPPUNIT_TEST(print_shows_values_with_their_origin_and_no_secrets);
    CPPUNIT_TEST(what_print_shows_can_be_read_again);
    CPPUNIT_TEST_SUITE_END();

    static Settings loaded(const std::string& text, LoadOptions options = plain_options()) {
        Problems problems;
        auto settings = load_text(text, problems, std::move(options));
        CPPUNIT_ASSERT_EQUAL(std::string(), problems.empty() ? std::string() : problems.lines().front());
        return settings;
    }

    static LoadOptions with(std::initializer_list<std::pair<const std::string, std::string>> variables) {
        auto options = plain_options();
        for (const auto& [name, value] : variables)
            options.environment.insert_or_assign(name, value);
        return options;
    }

    void every_default_passes_its_own_check() {
        for (const auto& section : schema()) {
            CPPUNIT_ASSERT(!section.help.empty());
            for (const auto& key : section.keys) {
                CPPUNIT_ASSERT_EQUAL_MESSAGE(
                    std::string(key.key), std::string(), check_value(key, key.default_value));
                CPPUNIT_ASSERT(!key.help.empty());
            }
        }
    }

    void without_a_file_the_defaults_are_in_force() {
        const auto settings = Settings::load(plain_options());
        CPPUNIT_ASSERT_EQUAL(std::string(), settings.file());
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:8000"), settings.section("server").text("listen"));
        CPPUNIT_ASSERT(!settings.is_set("server", "listen"));
        CPPUNIT_ASSERT(settings.is_set("site", "secret_key"));
        CPPUNIT_ASSERT_EQUAL(std::string("AllowedHostsOriginValidator"), settings.peek("origin", "class"));
        settings.check_unknown();
    }

    void a_file_replaces_defaults_and_names_count_without_case() {
        const auto settings = loaded("[Server]\nLoops = 3\n[Origin]\nClass = Other\n");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, settings.section("server").integer("loops"));
        CPPUNIT_ASSERT_EQUAL(std::string("Other"), settings.peek("origin", "class"));
        CPPUNIT_ASSERT(settings.is_set("server", "loops"));
        CPPUNIT_ASSERT(settings.has_section("server") && !settings.has_section("http"));
    }

    void the_environment_stands_above_the_file_and_overrides_above_both() {
        auto options = with({{"ZANHU_SERVER_LOOPS", "4"},
                             {"ZANHU_SERVER_LISTEN", "127.0.0.1:1"},
                             {"ZANHU_ROUTE_MESSAGES_PATH", "dm/"}});
        options.overrides = {{"server", "listen", "127.0.0.1:2", "demo"}};
        const auto settings =
            loaded("[server]\nloops = 3\nlisten = 127.0.0.1:0\nmax_connections = 7\n", options);
        const auto server = settings.section("server");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, server.integer("max_connections"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, server.integer("loops"));
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:2"), server.text("listen"));
        CPPUNIT_ASSERT_EQUAL(std::string("dm/"), settings.peek("route.messages", "path"));
        CPPUNIT_ASSERT(Origin::file == settings.origin("server", "max_connections"));
        CPPUNIT_ASSERT(Origin::environment == settings.origin("server", "loops"));
        CPPUNIT_ASSERT(Origin::override_value == settings.origin("server", "listen"));
        CPPUNIT_ASSERT(Origin::default_value == settings.origin("server", "shutdown_timeout"));
    }

    void variables_of_django_deployments_are_read() {
        const auto secret = std::string(40, 's');
        auto settings =
            Settings::load(with({{"DJANGO_SECRET_KEY", secret}, {"DATABASE_URL", "sqlite:////srv/a.db"}}));
        CPPUNIT_ASSERT_EQUAL(secret, settings.section("site").text("secret_key"));
        CPPUNIT_ASSERT_EQUAL(std::string("sqlite:////srv/a.db"), settings.section("database").text("url"));
        settings = Settings::load(
            with({{"DATABASE_URL", "sqlite:////srv/a.db"}, {"ZANHU_DATABASE_URL", "sqlite:///b.db"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("sqlite:///b.db"), settings.section("database").text("url"));
    }

    void zanhu_config_names_the_file_when_no_option_does() {
        const ConfigFile file("[server]\nloops = 5\n");
        const auto settings = Settings::load(with({{"ZANHU_CONFIG", file.path()}}));
        CPPUNIT_ASSERT_EQUAL(file.path(), settings.file());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, settings.section("server").integer("loops"));
        settings.check_unknown();
    }

    void an_unknown_key_is_answered_with_the_nearest_name() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("FILE:3: [server] lops: is not a key of this section; did you mean `loops`?"),
            problems_of("[server]\n; c\nlops = 3\n"));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "FILE:2: [server] ping_interval: is not a key of this section; move it to [websocket]"),
            problems_of("[server]\nping_interval = 3\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("FILE:2: [outbox] colour: is not a key of this section; its keys "
                                         "are: soft_limit, hard_limit, "
                                         "soft_timeout, write_timeout"),
                             problems_of("[outbox]\ncolour = 3\n"));
        auto options = plain_options();
        options.overrides = {{"server", "lops", "3"}};
        CPPUNIT_ASSERT_EQUAL(
            std::string("command line: [server] lops: is not a key of this section; did you mean `loops`?"),
            problems_of("", options));
    }

    void a_bad_value_names_the_place_that_it_comes_from() {
        const std::string rest =
            ": [server] loops: `many` is not a whole number; write digits only, such as 16";
        CPPUNIT_ASSERT_EQUAL("FILE:2" + rest, problems_of("[server]\nloops = many\n"));
        CPPUNIT_ASSERT_EQUAL("environment ZANHU_SERVER_LOOPS" + rest,
                             problems_of("", with({{"ZANHU_SERVER_LOOPS", "many"}})));
        auto options = plain_options();
        options.overrides = {{"server", "loops", "many", "demo"}};
        CPPUNIT_ASSERT_EQUAL("demo" + rest, problems_of("", options));
    }

    void all_problems_are_thrown_together() {
        const ConfigFile file("# no\n[server]\nloops = many\nlops = 1\n[outbox]\nhard_limit = 1KiB\n");
        auto options = with({{"DATABASE_URL", "oracle://h"}});
        options.file = file.path();
        const auto text = error_of([&] { Settings::load(options); });
        for (const auto* part : {":1: a line that starts with `#`",
                                 ":3: [server] loops: ",
                                 ":4: [server] lops: ",
                                 ":6: [outbox] hard_limit: ",
                                 "environment DATABASE_URL: [database] url: "}) {
            CPPUNIT_ASSERT_MESSAGE(part + ("\n" + text), text.find(part) != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{4}, std::count(text.begin(), text.end(), '\n'));
    }

    void a_bad_value_leaves_its_default_for_the_checks_that_follow() {
        Problems problems;
        const auto settings = load_text("[server]\nloops = many\n", problems);
        CPPUNIT_ASSERT(!problems.empty());
        CPPUNIT_ASSERT_EQUAL(0u, ServerSettings::from(settings).loops);
    }

    void a_secret_is_never_in_a_message() {
        const auto text = problems_of(
            "[site]\nsecret_key = hunter2\nsecret_key_fallbacks = swordfish\n[redis]\n"
            "url = redis://:pass-word@h\n",
            [] {
                auto options = plain_options();
                options.environment.erase("SECRET_KEY");
                return options;
            }());
        CPPUNIT_ASSERT(text.find("[site] secret_key: has 7 characters") != std::string::npos);
        for (const auto* secret : {"hunter2", "swordfish", "pass-word"})
            CPPUNIT_ASSERT_MESSAGE(text, text.find(secret) == std::string::npos);
    }

    void a_component_has_its_own_keys_and_the_common_ones() {
        auto settings = loaded("[limit]\nclass = RateLimit\nrate = 9\n[route.messages]\npath = dm/\n",
                               with({{"ZANHU_LIMIT_TOKEN", "t"}}));
        const auto limit = settings.component("limit", k_limit_keys);
        CPPUNIT_ASSERT_EQUAL(std::string("RateLimit"), limit.text("class"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9}, limit.integer("rate"));
        CPPUNIT_ASSERT_EQUAL(std::string("t"), limit.text("token"));
        const auto route = settings.component("route.messages", {});
        CPPUNIT_ASSERT_EQUAL(std::string("dm/"), route.text("path"));
        CPPUNIT_ASSERT_EQUAL(std::string("MessagesConsumer"), route.text("consumer"));
        const auto bare = settings.component("RateLimit", k_limit_keys);
        CPPUNIT_ASSERT_EQUAL(std::string("RateLimit"), bare.text("class"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, bare.integer("rate"));
        settings.check_unknown();
    }

    void a_component_is_checked_against_its_keys() {
        const ConfigFile file("[limit]\nrate = 0\nrat = 9\n");
        auto options = plain_options();
        options.file = file.path();
        auto settings = Settings::load(options);
        CPPUNIT_ASSERT_EQUAL(file.path() +
                                 ":3: [limit] rat: is not a key of this section; did you mean `rate`?\n" +
                                 file.path() + ":2: [limit] rate: `0` is too small; use 1 or more",
                             error_of([&] { settings.component("limit", k_limit_keys); }));
    }

    void a_key_with_an_empty_default_that_cannot_be_empty_must_be_given() {
        auto settings = Settings::load(plain_options());
        CPPUNIT_ASSERT_EQUAL(std::string("configuration: [store] size: is missing; the size to keep"),
                             error_of([&] { settings.component("store", k_needed_keys); }));
    }

    void a_variable_that_could_mean_two_keys_is_refused() {
        auto settings = Settings::load(with({{"ZANHU_ROUTE_A_B_PATH", "x/"}}));
        settings.component("route.a_b", {});
        CPPUNIT_ASSERT_EQUAL(
            std::string("environment ZANHU_ROUTE_A_B_PATH: [route.a-b] path: the variable could also mean "
                        "[route.a_b] path; unset it, and set the key in the file"),
            error_of([&] { settings.component("route.a-b", {}); }));
    }

    void a_chain_element_may_be_a_fixed_section() {
        auto settings = Settings::load(plain_options());
        CPPUNIT_ASSERT_EQUAL(std::string("zanhu"), settings.component("site", {}).text("title"));
        CPPUNIT_ASSERT(error_of([&] {
                           settings.component("server", k_limit_keys);
                       }).find("rename the component") != std::string::npos);
    }

    void a_section_that_nobody_asked_for_is_an_error() {
        auto settings =
            loaded("[server]\n[origin]\n[websockt]\nk = 1\n[route.room]\npath = x\n[elsewhere]\n");
        settings.component("origin", {});
        const auto text =
            Poco::replace(error_of([&] { settings.check_unknown(); }), std::string("/"), std::string());
        for (const auto* part :
             {":3: [websockt]: nothing uses this section; did you mean [websocket]?",
              ":5: [route.room]: nothing uses this section; add its name to [routes] list, to [http_routes] "
              "list "
              "or to the routes of another route, or remove it",
              ":7: [elsewhere]: nothing uses this section; add it to a list in [routing], or remove it"})
            CPPUNIT_ASSERT_MESSAGE(text, text.find(part) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{2}, std::count(text.begin(), text.end(), '\n'));
    }

    void a_variable_that_nobody_asked_for_is_an_error() {
        const auto settings = Settings::load(
            with({{"ZANHU_SERVER_LOPS", "1"}, {"ZANHU_QUITE_ELSEWHERE", "1"}, {"ZANHUX", "1"}}));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "environment ZANHU_QUITE_ELSEWHERE: no key has this variable; unset it\n"
                "environment ZANHU_SERVER_LOPS: no key has this variable; did you mean ZANHU_SERVER_LOOPS?"),
            error_of([&] { settings.check_unknown(); }));
    }

    void asking_for_a_section_that_is_not_in_the_schema_is_an_error_of_the_program() {
        const auto settings = Settings::load(plain_options());
        CPPUNIT_ASSERT_THROW(settings.section("elsewhere"), std::logic_error);
    }

    static std::string printed(const Settings& settings, bool show_secrets = false) {
        std::ostringstream out;
        settings.print(out, show_secrets);
        return out.str();
    }

    void print_shows_values_with_their_origin_and_no_secrets() {
        auto options = with({{"ZANHU_LIMIT_TOKEN", "the-token"}, {"ZANHU_HTTP_MAX_FIELDS", "50"}});
        options.overrides = {{"site", "title", "shown", "demo"}};
        auto settings =
            loaded("[server]\nloops = 3\n[limit]\nrate = 2\n[later]\nurl = x://me:pass-word@h/\n", options);
        settings.component("limit", k_limit_keys);
        const auto text = printed(settings);
        for (const auto* part : {":2\nloops = 3\n",
                                 "; default\nmax_connections = 20000\n",
                                 "; default: /home/tester/.zanhu/admin.sock\nadmin_socket =\n",
                                 "; environment ZANHU_HTTP_MAX_FIELDS\nmax_fields = 50\n",
                                 "; environment SECRET_KEY, not shown\n;secret_key = ********\n",
                                 "; demo\ntitle = shown\n",
                                 "[limit]\n; default\nclass = limit\n",
                                 "; environment ZANHU_LIMIT_TOKEN, not shown\n;token = ********\n",
                                 "url = x://me:********@h/\n",
                                 "[route.messages]\n; default\nconsumer = MessagesConsumer\n"})
            CPPUNIT_ASSERT_MESSAGE(part + ("\n" + text), text.find(part) != std::string::npos);
        for (const auto& secret : {k_secret, std::string("the-token"), std::string("pass-word")})
            CPPUNIT_ASSERT_MESSAGE(text, text.find(secret) == std::string::npos);
        CPPUNIT_ASSERT(printed(settings, true).find("secret_key = " + k_secret) != std::string::npos);
    }

    void what_print_shows_can_be_read_again() {
        const auto first =
            loaded("[server]\nloops = 3\nlisten = [::1]:80, a.example:81\n[site]\ntitle = 赞乎\n");
        const auto again = loaded(printed(first));
        CPPUNIT_ASSERT_EQUAL(first.section("server").text("listen"), again.section("server").text("listen"));
        CPPUNIT_ASSERT_EQUAL(std::string("赞乎"), again.section("site").text("title"));
        CPPUNIT_ASSERT(TreeSettings::from(first).routes == TreeSettings::from(again).routes);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTest);

}  // namespace
}  // namespace zanhu::settings
