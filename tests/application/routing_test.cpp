#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>

#include <zanhu/errors.h>
#include <zanhu/routing.h>

#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

/// Accepts, and notes what the router put into the scope.
class Named final : public Application {
public:
    Task<void> run(Scope& scope, Link& link) override {
        ++runs;
        args = to_json(Value(scope.url_route.args));
        kwargs = to_json(scope.url_route.kwargs);
        rest = scope.path_remaining.value_or("unset");
        co_await link.send(Accept());
    }
    int runs = 0;
    std::string args;
    std::string kwargs;
    std::string rest;
};

/// A middleware as any other: it does not know that what is inside routes further.
class Around final : public Application {
public:
    explicit Around(Application& inner) : inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override {
        ++runs;
        co_await inner_.run(scope, link);
    }
    int runs = 0;

private:
    Application& inner_;
};

ValueMap map_of(const char* name, Value value) {
    return ValueMap().set(name, std::move(value));
}

// The cases of Channels' tests/test_routing.py, and what they leave open.
class RoutingTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(RoutingTest);
    CPPUNIT_TEST(the_first_route_that_matches_gets_the_connection);
    CPPUNIT_TEST(a_search_may_match_anywhere_in_the_path);
    CPPUNIT_TEST(captures_arrive_in_the_scope);
    CPPUNIT_TEST(default_kwargs_stand_over_captures);
    CPPUNIT_TEST(leading_slashes_do_not_count);
    CPPUNIT_TEST(what_an_outer_router_left_over_is_matched);
    CPPUNIT_TEST(no_route_is_an_error_of_its_own_kind);
    CPPUNIT_TEST(the_root_path_is_cut_off_by_the_outermost_router_only);
    CPPUNIT_TEST(nested_routers_add_their_captures_together);
    CPPUNIT_TEST(the_inner_kwarg_wins);
    CPPUNIT_TEST(middleware_may_stand_between_two_routers);
    CPPUNIT_TEST(a_router_without_a_route_lets_the_outer_one_go_on);
    CPPUNIT_TEST(what_nobody_matches_goes_to_whoever_takes_the_rest);
    CPPUNIT_TEST(a_protocol_router_chooses_by_type);
    CPPUNIT_TEST(a_type_without_an_application_is_an_error);
    CPPUNIT_TEST(a_channel_name_router_chooses_by_channel);
    CPPUNIT_TEST(a_channel_without_an_application_is_an_error);
    CPPUNIT_TEST(a_url_router_takes_no_channel);
    CPPUNIT_TEST_SUITE_END();

public:
    void the_first_route_that_matches_gets_the_connection() {
        router_.add(path("ws/notifications/"), first_);
        router_.add(path("ws/<str:room>/"), second_);
        router_.add(path("ws/<slug:room>/"), never_);
        router_.add(path(""), third_);
        run(router_, "/ws/notifications/");
        run(router_, "/ws/alice/");
        run(router_, "/");
        CPPUNIT_ASSERT_EQUAL(1, first_.runs);
        CPPUNIT_ASSERT_EQUAL(1, second_.runs);
        CPPUNIT_ASSERT_EQUAL(1, third_.runs);
        CPPUNIT_ASSERT_EQUAL(0, never_.runs);
    }

    void a_search_may_match_anywhere_in_the_path() {
        router_.add(re_path("bar"), first_);
        run(router_, "/bar/");
        run(router_, "/bar/baz/");
        CPPUNIT_ASSERT_EQUAL(std::string("/baz/"), first_.rest);
        run(router_, "/foo/bar");
        CPPUNIT_ASSERT_EQUAL(std::string(), first_.rest);
        CPPUNIT_ASSERT_EQUAL(3, first_.runs);
        nowhere(router_, "/ba/r/");
    }

    void captures_arrive_in_the_scope() {
        router_.add(path("chat/<slug:room>/<int:n>/"), first_);
        router_.add(path("author/<name>/"), first_);
        router_.add(re_path(R"(^posarg/(\d+)/$)"), second_);
        run(router_, "/chat/room-1/007/");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"room": "room-1", "n": 7})"), first_.kwargs);
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), first_.args);
        run(router_, "/author/张 三/");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"name": "\u5f20 \u4e09"})"), first_.kwargs);
        run(router_, "/posarg/123/");
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["123"])"), second_.args);
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), second_.kwargs);
    }

    void default_kwargs_stand_over_captures() {
        router_.add(path("defaults/"), first_, map_of("default", 42));
        router_.add(path("<str:who>/"), second_, map_of("who", "nobody"));
        run(router_, "/defaults/");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"default": 42})"), first_.kwargs);
        run(router_, "/alice/");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"who": "nobody"})"), second_.kwargs);
    }

    void leading_slashes_do_not_count() {
        router_.add(path("ws/notifications/"), first_);
        run(router_, "ws/notifications/");
        run(router_, "///ws/notifications/");
        CPPUNIT_ASSERT_EQUAL(2, first_.runs);
        nowhere(router_, "/ws//notifications/");
    }

    void what_an_outer_router_left_over_is_matched() {
        router_.add(path("ws/notifications/"), first_);
        WebsocketCommunicator client(router_, loop_, "/site/ws/notifications/");
        client.scope().path_remaining = "/ws/notifications/";
        CPPUNIT_ASSERT(client.connect().accepted);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(1, first_.runs);
    }

    void no_route_is_an_error_of_its_own_kind() {
        router_.add(path("ws/notifications/"), first_);
        router_.add(path("ws/<str:room>/"), first_);
        router_.add(path("chat/<slug:room>/<int:n>/"), first_);
        for (const char* text :
             {"/", "/ws/", "/ws/a/b/", "/ws/a", "/chat/room/x/", "/ws/notifications/x", "/ws/a/\n"})
            nowhere(router_, text);
        CPPUNIT_ASSERT_EQUAL(0, first_.runs);
        nowhere(UrlRouter(), "/");
    }

    void the_root_path_is_cut_off_by_the_outermost_router_only() {
        UrlRouter inner;
        inner.add(path("foo/"), first_);
        inner.add(path("root/foo/"), third_);
        router_.add(path(""), second_);
        router_.include(path("in/"), inner);
        run(router_, "/root/", "/root");
        run(router_, "/root", "/root");
        CPPUNIT_ASSERT_EQUAL(2, second_.runs);
        run(router_, "/root/in/foo/", "/root");
        CPPUNIT_ASSERT_EQUAL(1, first_.runs);
        run(router_, "/root/in/root/foo/", "/root");
        CPPUNIT_ASSERT_EQUAL(1, third_.runs);
        // A plain prefix, as in Channels: it need not end with a segment.
        run(router_, "/rootin/foo/", "/root");
        nowhere(router_, "/", "/root");
        nowhere(router_, "/root/root/in/foo/", "/root");
        nowhere(router_, "/in/foo/", "/root");
    }

    void nested_routers_add_their_captures_together() {
        UrlRouter inner;
        inner.add(re_path(R"(^book/(?P<book>[\w\-]+)/page/(?P<page>\d+)/$)"), first_);
        inner.add(re_path(R"(^test/(\d+)/$)"), first_);
        router_.include(re_path(R"(^universe/(?P<universe>\d+)/author/(?P<author>\w+)/)"), inner);
        router_.include(re_path(R"(^positional/(\w+)/)"), inner);
        run(router_, "/universe/42/author/andrewgodwin/book/channels-guide/page/10/");
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"universe": "42", "author": "andrewgodwin", "book": "channels-guide", "page": "10"})"),
            first_.kwargs);
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), first_.args);
        run(router_, "/positional/foo/test/3/");
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["foo", "3"])"), first_.args);
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), first_.kwargs);
    }

    void the_inner_kwarg_wins() {
        UrlRouter inner;
        inner.add(path("<str:a>/"), first_, map_of("c", "inner"));
        router_.include(path("<str:a>/"), inner, ValueMap().set("b", "outer").set("c", "outer"));
        run(router_, "/x/y/");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a": "y", "b": "outer", "c": "inner"})"), first_.kwargs);
    }

    void middleware_may_stand_between_two_routers() {
        UrlRouter inner;
        inner.add(path("test/<int:page>/"), first_);
        Around around(inner);
        router_.include(path("number/<int:number>/"), inner, around);
        run(inner, "/test/3/");
        run(router_, "/number/42/test/3/");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"number": 42, "page": 3})"), first_.kwargs);
        nowhere(router_, "/number/42/test/3/bla/");
        nowhere(router_, "/number/42/blub/");
        CPPUNIT_ASSERT_EQUAL(1, around.runs);
    }

    void a_router_without_a_route_lets_the_outer_one_go_on() {
        UrlRouter inner;
        inner.add(path("no-match/<int:n>/"), never_);
        UrlRouter outer;
        outer.include(path("<str:lost>/"), inner, map_of("lost too", 1));
        outer.add(path("prefix/stuff/"), first_);
        router_.include(path(""), outer);
        run(router_, "/prefix/stuff/");
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), first_.kwargs);
        run(router_, "/root/prefix/stuff/", "/root");
        CPPUNIT_ASSERT_EQUAL(2, first_.runs);
        nowhere(router_, "/root/root/prefix/stuff/", "/root");
        nowhere(router_, "/root/prefix/root/stuff/", "/root");
    }

    void what_nobody_matches_goes_to_whoever_takes_the_rest() {
        router_.add(path("here/"), first_);
        router_.otherwise(second_);
        run(router_, "/here/");
        run(router_, "/there/");
        run(router_, "/elsewhere/", "/root");
        CPPUNIT_ASSERT_EQUAL(1, first_.runs);
        CPPUNIT_ASSERT_EQUAL(2, second_.runs);
        CPPUNIT_ASSERT_EQUAL(std::string("unset"), second_.rest);
        Scope scope;
        scope.path = "/there/";
        CPPUNIT_ASSERT(!router_.matches(scope));
    }

    void a_protocol_router_chooses_by_type() {
        ProtocolTypeRouter types;
        types.add(ScopeType::websocket, first_);
        types.add(ScopeType::http, second_);
        types.add(ScopeType::channel, third_);
        for (const ScopeType type : {ScopeType::websocket, ScopeType::http, ScopeType::channel}) {
            WebsocketCommunicator client(types, loop_);
            client.scope().type = type;
            client.connect();
            client.wait();
        }
        CPPUNIT_ASSERT_EQUAL(1, first_.runs);
        CPPUNIT_ASSERT_EQUAL(1, second_.runs);
        CPPUNIT_ASSERT_EQUAL(1, third_.runs);
    }

    void a_type_without_an_application_is_an_error() {
        ProtocolTypeRouter types;
        types.add(ScopeType::http, first_);
        WebsocketCommunicator client(types, loop_);
        CPPUNIT_ASSERT_THROW(client.connect(), Error);
        CPPUNIT_ASSERT_EQUAL(0, first_.runs);
    }

    void a_channel_name_router_chooses_by_channel() {
        ChannelNameRouter channels;
        channels.add("test", first_);
        channels.add("other-test", second_);
        for (const char* name : {"test", "other-test", "test"}) {
            WebsocketCommunicator worker(channels, loop_);
            worker.scope().type = ScopeType::channel;
            worker.scope().set_channel(name);
            worker.connect();
            worker.wait();
        }
        CPPUNIT_ASSERT_EQUAL(2, first_.runs);
        CPPUNIT_ASSERT_EQUAL(1, second_.runs);
        CPPUNIT_ASSERT_THROW(channels.add("test", third_), ConfigError);
        CPPUNIT_ASSERT_THROW(channels.add("no name", third_), ConfigError);
    }

    void a_channel_without_an_application_is_an_error() {
        ChannelNameRouter channels;
        channels.add("test", first_);
        WebsocketCommunicator unknown(channels, loop_);
        unknown.scope().set_channel("chat");
        CPPUNIT_ASSERT_THROW(unknown.connect(), Error);
        WebsocketCommunicator socket(channels, loop_);
        CPPUNIT_ASSERT_THROW(socket.connect(), Error);
        CPPUNIT_ASSERT_EQUAL(0, first_.runs);
    }

    void a_url_router_takes_no_channel() {
        router_.add(path(""), first_);
        WebsocketCommunicator worker(router_, loop_, "");
        worker.scope().type = ScopeType::channel;
        CPPUNIT_ASSERT_THROW(worker.connect(), Error);
    }

private:
    void run(Application& application, const std::string& text, const std::string& root = {}) {
        WebsocketCommunicator client(application, loop_, text);
        client.scope().root_path = root;
        CPPUNIT_ASSERT_MESSAGE(text, client.connect().accepted);
        client.wait();
    }

    void nowhere(UrlRouter&& router, const std::string& text) { nowhere(router, text); }
    void nowhere(UrlRouter& router, const std::string& text, const std::string& root = {}) {
        WebsocketCommunicator client(router, loop_, text);
        client.scope().root_path = root;
        CPPUNIT_ASSERT_THROW_MESSAGE(text, client.connect(), NoRoute);
        Scope scope;
        scope.path = text;
        scope.root_path = root;
        CPPUNIT_ASSERT_MESSAGE(text, !router.matches(scope));
    }

    TestLoop loop_;
    Named first_;
    Named second_;
    Named third_;
    Named never_;
    UrlRouter router_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RoutingTest);

}  // namespace
}  // namespace zanhu::test
