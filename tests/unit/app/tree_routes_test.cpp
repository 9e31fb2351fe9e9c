// The parts of the tree that a route or a worker says for itself.
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <zanhu/user.h>

#include "tests/unit/app/tree_fixture.h"

namespace zanhu::app {
namespace {

using namespace testing;

class TreeRoutesTest : public TreeFixture {
    CPPUNIT_TEST_SUITE(TreeRoutesTest);
    CPPUNIT_TEST(routes_nest_with_chains_and_kwargs_of_their_own);
    CPPUNIT_TEST(a_section_that_several_chains_name_is_one_factory);
    CPPUNIT_TEST(http_routes_stand_ahead_of_the_pages);
    CPPUNIT_TEST(http_routes_may_stand_alone);
    CPPUNIT_TEST(a_route_that_requires_a_user_needs_one_ahead);
    CPPUNIT_TEST(what_a_route_requires_is_checked_before_its_consumer);
    CPPUNIT_TEST(limits_of_sockets_are_left_in_the_scope);
    CPPUNIT_TEST(bad_options_of_a_route_are_refused);
    CPPUNIT_TEST(a_root_path_is_cut_off);
    CPPUNIT_TEST(workers_are_found_by_their_channel);
    CPPUNIT_TEST(bad_workers_are_refused);
    CPPUNIT_TEST_SUITE_END();

public:
    void routes_nest_with_chains_and_kwargs_of_their_own() {
        text_ = config("Cookie, routes", "site") +
                "[route.shop]\npath = shop/<int:n>/\nroutes = cart, exact\nmiddleware = Session\n"
                "kwargs = colour=red, size=7\n"
                "[route.cart]\nre_path = ^cart/(?P<item>\\w+)/$\nconsumer = Room\nkwargs = size=\"8\"\n";
        text_ = Poco::replace(text_, std::string("exact, any"), std::string("shop, exact, any"));
        Scope scope;
        CPPUNIT_ASSERT_EQUAL(std::string("c s room "), way(scope, "/shop/3/cart/book/"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"n": 3, "colour": "red", "size": "8", "item": "book"})"),
                             to_json(scope.url_route.kwargs));
        Scope nested;
        CPPUNIT_ASSERT_EQUAL(std::string("c s exact "), way(nested, "/shop/3/ws/exact/"));
        Scope plain;
        CPPUNIT_ASSERT_EQUAL(std::string("c exact "), way(plain, "/ws/exact/"));
        Scope nowhere;
        CPPUNIT_ASSERT_THROW(way(nowhere, "/shop/3/nothing/"), NoRoute);
        CPPUNIT_ASSERT_EQUAL(std::string("c "), nowhere.query_string);
    }

    void a_section_that_several_chains_name_is_one_factory() {
        made_ = 0;
        text_ = config("Counted, routes", "Counted, site") +
                "[route.extra]\npath = x/\nconsumer = Room\n"
                "middleware = Counted\n";
        text_ = Poco::replace(text_, std::string("exact, any"), std::string("extra, exact, any"));
        text_ = Poco::replace(text_, std::string("[Cookie]\nword = c\n[Session]\nword = s\n"), std::string());
        Scope scope;
        CPPUNIT_ASSERT_EQUAL(std::string("default default room "), way(scope, "/x/"));
        CPPUNIT_ASSERT_EQUAL(1, made_);
    }

    void http_routes_stand_ahead_of_the_pages() {
        text_ = config("Cookie, routes", "Cookie, http_routes, Session, site") +
                "[http_routes]\nlist = api, both\n[route.api]\npath = api/\nconsumer = Page\n"
                "[route.both]\npath = ws/exact/\nconsumer = Page\n";
        const auto http = [this](const std::string& path) {
            Scope scope;
            scope.type = ScopeType::http;
            return way(scope, path);
        };
        CPPUNIT_ASSERT_EQUAL(std::string("c page "), http("/api/"));
        CPPUNIT_ASSERT_EQUAL(std::string("c s site "), http("/other/"));
        // It has an HTTP route of its own, so it is no forgotten upgrade.
        CPPUNIT_ASSERT_EQUAL(std::string("c page "), http("/ws/exact/"));
        CPPUNIT_ASSERT_EQUAL(std::string(), http("/ws/alice/"));
    }

    void http_routes_may_stand_alone() {
        text_ = config("Cookie, routes", "Cookie, http_routes") +
                "[http_routes]\nlist = api\n[route.api]\npath = api/\nconsumer = Page\n";
        Scope scope;
        scope.type = ScopeType::http;
        CPPUNIT_ASSERT_EQUAL(std::string("c page "), way(scope, "/api/"));
        Scope none;
        none.type = ScopeType::http;
        CPPUNIT_ASSERT_THROW(way(none, "/other/"), NoRoute);
        const std::string wrong = refusal(config("Cookie, routes", "site") + "[http_routes]\nlist = any\n");
        CPPUNIT_ASSERT_MESSAGE(wrong,
                               wrong.find("[routing] http: does not name http_routes") != std::string::npos);
        const std::string socket =
            refusal(config("Cookie, routes", "http_routes, site") + "[http_routes]\nlist = exact\n");
        CPPUNIT_ASSERT_MESSAGE(
            socket,
            socket.find("[route.exact] consumer: 'Exact' serves sockets, not plain "
                        "requests; there are: NeedySite, Page, Site") != std::string::npos);
        const std::string limit = refusal(config("Cookie, routes", "http_routes, site") +
                                          "[http_routes]\nlist = api\n[route.api]\npath = api/\n"
                                          "consumer = Page\nmax_message_size = 1KiB\n");
        CPPUNIT_ASSERT_MESSAGE(
            limit, limit.find("[route.api] max_message_size: is for sockets") != std::string::npos);
    }

    void a_route_that_requires_a_user_needs_one_ahead() {
        const std::string bare = config("Cookie, routes", "site") + "require = staff\n";
        const std::string error = refusal(bare);
        CPPUNIT_ASSERT_MESSAGE(
            error, error.find("[route.any] require: 'require' needs 'user'") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("nothing"), refusal(bare + "middleware = Users\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("nothing"),
                             refusal(config("Cookie, Users, routes", "site") + "require = staff\n"));
        const std::string order = refusal(bare + "middleware = Session, Users\n");
        CPPUNIT_ASSERT_EQUAL(std::string("nothing"), order);
        const std::string needy =
            refusal(config("routes", "Cookie, Session, site") + "middleware = Session, Cookie\n");
        CPPUNIT_ASSERT_MESSAGE(
            needy, needy.find("[route.any] middleware: 'Session' needs 'cookies'") != std::string::npos);
    }

    void what_a_route_requires_is_checked_before_its_consumer() {
        const User nobody;
        User member("7", "alice");
        User staff = member;
        staff.is_staff = true;
        User root = member;
        root.is_superuser = true;
        const std::tuple<const char*, User, bool> cases[] = {{"anyone", nobody, true},
                                                             {"authenticated", nobody, false},
                                                             {"authenticated", member, true},
                                                             {"staff", member, false},
                                                             {"staff", staff, true},
                                                             {"staff", root, false},
                                                             {"superuser", staff, false},
                                                             {"superuser", root, true}};
        for (const auto& [word, user, let_in] : cases) {
            text_ = config("Cookie, Users, routes", "site") + "require = " + word + "\n";
            Scope scope;
            scope.set("user", user);
            ScriptedLink link;
            const std::string seen = way(scope, "/ws/alice/", link);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(word, let_in, seen == "c room ");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(word, let_in ? 0 : 403, link.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                word, !let_in, link.complete && link.body.starts_with("this path is for"));
        }
        text_ = config("Cookie, Users, routes", "site") + "require = authenticated\n";
        Scope without;
        ScriptedLink link;
        way(without, "/ws/alice/", link);
        CPPUNIT_ASSERT_EQUAL(403, link.status);
    }

    void limits_of_sockets_are_left_in_the_scope() {
        text_ =
            config("Cookie, routes", "site") + "max_message_size = 2KiB\nsubprotocols = chat.v2, chat.v1\n";
        Scope scope;
        scope.subprotocols = {"other", "chat.v1", "chat.v2"};
        way(scope, "/ws/alice/");
        CPPUNIT_ASSERT_EQUAL(std::uint32_t{2048}, scope.max_message_size);
        CPPUNIT_ASSERT(scope.choose_subprotocol);
        CPPUNIT_ASSERT((std::vector<std::string>{"chat.v1", "chat.v2"} == scope.subprotocols));
        Scope plain;
        plain.subprotocols = {"other"};
        way(plain, "/ws/exact/");
        CPPUNIT_ASSERT(plain.max_message_size == 0 && !plain.choose_subprotocol);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plain.subprotocols.size());
    }

    void bad_options_of_a_route_are_refused() {
        const std::pair<const char*, const char*> cases[] = {
            {"require = boss", "[route.any] require: `boss` is not one of the choices"},
            {"max_message_size = 100", "[route.any] max_message_size: is less than 125 bytes"},
            {"max_message_size = big", "[route.any] max_message_size: `big` is not a size"},
            {"subprotocols = a b", "[route.any] subprotocols: `a b` cannot be a subprotocol"},
            {"subprotocols = a, a", "[route.any] subprotocols: `a` is there twice"},
            {"kwargs = room", "[route.any] kwargs: `room` is no name=value"},
            {"kwargs = =x", "[route.any] kwargs: `=x` is no name=value"},
            {"kwargs = 1a=x", "[route.any] kwargs: `1a=x` is no name=value"},
            {"kwargs = a=x, a=y", "[route.any] kwargs: `a` is there twice"},
            {"middleware = Cooky", "[route.any] middleware: there is no middleware 'Cooky'"},
            {"re_path = ^(?!x)", "[route.any] re_path: stands beside path"},
            {"consumr = Room", "[route.any] consumr: is not a key of this section; did you mean `consumer`?"},
        };
        for (const auto& [line, expected] : cases) {
            const std::string error = refusal(config("Cookie, routes", "site") + line + "\n");
            CPPUNIT_ASSERT_MESSAGE(line + (": " + error), error.find(expected) != std::string::npos);
        }
        std::string regex = config("Cookie, routes", "site");
        regex = Poco::replace(regex, std::string("path = ws/<str:name>/"), std::string("re_path = ^(?!x)"));
        const std::string error = refusal(regex);
        CPPUNIT_ASSERT_MESSAGE(
            error, error.find("[route.any] re_path: the regular expression '^(?!x)'") != std::string::npos);
    }

    void a_root_path_is_cut_off() {
        text_ = Poco::replace(config("Cookie, routes", "site"),
                              std::string("[routing]\n"),
                              std::string("[routing]\nroot_path = /chat\n"));
        Scope scope;
        CPPUNIT_ASSERT_EQUAL(std::string("c exact "), way(scope, "/chat/ws/exact/"));
        CPPUNIT_ASSERT_EQUAL(std::string("/chat"), scope.root_path);
        Scope bare;
        CPPUNIT_ASSERT_THROW(way(bare, "/ws/exact/"), NoRoute);
        Scope own;
        own.root_path = "/other";
        CPPUNIT_ASSERT_EQUAL(std::string("c exact "), way(own, "/other/ws/exact/"));
    }

    void workers_are_found_by_their_channel() {
        text_ = config("Cookie, routes", "site") +
                "[workers]\nlist = thumbs, mail\n[worker.thumbs]\nconsumer = Job\nconcurrency = 3\n"
                "[worker.mail]\nconsumer = Job\nmiddleware = Cookie\nin_process = no\nlayer = far\n";
        for (const auto& [channel, expected] : {std::pair("thumbs", "job "), std::pair("mail", "c job ")}) {
            Scope scope;
            scope.type = ScopeType::channel;
            scope.set_channel(channel);
            CPPUNIT_ASSERT_EQUAL(std::string(expected), way(scope, {}));
        }
        Scope unknown;
        unknown.type = ScopeType::channel;
        unknown.set_channel("other");
        CPPUNIT_ASSERT_THROW(way(unknown, {}), Error);
        settings::Problems problems;
        auto settings = load_text(text_, problems);
        const auto plans = Tree(settings, components_, services_).workers();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, plans.size());
        CPPUNIT_ASSERT_EQUAL(std::string("thumbs"), plans[0].channel);
        CPPUNIT_ASSERT(plans[0].options.concurrency == 3 && plans[0].options.in_process);
        CPPUNIT_ASSERT(plans[0].options.layer == "default" && plans[1].options.layer == "far");
        CPPUNIT_ASSERT(plans[1].options.concurrency == 1 && !plans[1].options.in_process);
    }

    void bad_workers_are_refused() {
        const std::pair<const char*, const char*> cases[] = {
            {"consumer = Room", "[worker.w] consumer: 'Room' serves sockets, not channels; there are: Job"},
            {"consumer = Jab", "[worker.w] consumer: there is no consumer of channels 'Jab'; there are: Job"},
            {"consumer = Job\nconcurrency = 0", "[worker.w] concurrency: "},
            {"consumer = Job\nin_process = perhaps", "[worker.w] in_process: "},
            {"consumer = Job\nmiddleware = Session", "[worker.w] middleware: 'Session' needs 'cookies'"},
            {"consumer = Job\npath = x", "[worker.w] path: is not a key of this section"},
        };
        for (const auto& [lines, expected] : cases) {
            const std::string error = refusal(config("Cookie, routes", "site") +
                                              "[workers]\nlist = w\n[worker.w]\n" + lines + "\n");
            CPPUNIT_ASSERT_MESSAGE(lines + (": " + error), error.find(expected) != std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TreeRoutesTest);

}  // namespace
}  // namespace zanhu::app
