#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include <zanhu/errors.h>
#include <zanhu/routing.h>

#include "tests/application/websocket_communicator.h"

namespace zanhu::test {
namespace {

class Named final : public Application {
public:
    Task<void> run(Scope& scope, Link& link) override {
        ++runs;
        room = scope.url_route.kwarg_text("room");
        number = scope.url_route.kwargs.find("n") == nullptr ? Value() : *scope.url_route.kwargs.find("n");
        co_await link.send(Accept());
    }
    int runs = 0;
    std::string room;
    Value number;
};

class RoutingTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(RoutingTest);
    CPPUNIT_TEST(the_first_route_that_matches_gets_the_connection);
    CPPUNIT_TEST(captures_arrive_in_the_scope_converted);
    CPPUNIT_TEST(leading_slashes_do_not_count);
    CPPUNIT_TEST(what_an_outer_router_left_over_is_matched);
    CPPUNIT_TEST(no_route_is_an_error_of_its_own_kind);
    CPPUNIT_TEST(a_protocol_router_chooses_by_type);
    CPPUNIT_TEST(a_type_without_an_application_is_an_error);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        router_.add(PathPattern("ws/notifications/"), first_);
        router_.add(PathPattern("ws/<str:room>/"), second_);
        router_.add(PathPattern("ws/<slug:room>/"), never_);
        router_.add(PathPattern("chat/<slug:room>/<int:n>/"), third_);
    }

    void the_first_route_that_matches_gets_the_connection() {
        run(router_, "/ws/notifications/");
        run(router_, "/ws/alice/");
        CPPUNIT_ASSERT_EQUAL(1, first_.runs);
        CPPUNIT_ASSERT_EQUAL(1, second_.runs);
        CPPUNIT_ASSERT_EQUAL(0, never_.runs);
    }

    void captures_arrive_in_the_scope_converted() {
        run(router_, "/chat/room-1/007/");
        CPPUNIT_ASSERT_EQUAL(std::string("room-1"), third_.room);
        CPPUNIT_ASSERT(third_.number == Value(7));
        run(router_, "/ws/张 三/");
        CPPUNIT_ASSERT_EQUAL(std::string("张 三"), second_.room);
    }

    void leading_slashes_do_not_count() {
        run(router_, "ws/notifications/");
        run(router_, "///ws/notifications/");
        CPPUNIT_ASSERT_EQUAL(2, first_.runs);
    }

    void what_an_outer_router_left_over_is_matched() {
        WebsocketCommunicator client(router_, loop_, "/site/ws/notifications/");
        client.scope().path_remaining = "/ws/notifications/";
        CPPUNIT_ASSERT(client.connect().accepted);
        client.wait();
        CPPUNIT_ASSERT_EQUAL(1, first_.runs);
    }

    void no_route_is_an_error_of_its_own_kind() {
        for (const char* path : {"/", "/ws/", "/ws/a/b/", "/ws/a", "/chat/room/x/", "/ws/notifications/x"}) {
            WebsocketCommunicator client(router_, loop_, path);
            CPPUNIT_ASSERT_THROW_MESSAGE(path, client.connect(), NoRoute);
        }
        UrlRoute route;
        CPPUNIT_ASSERT(router_.find("/nowhere", route) == nullptr);
        CPPUNIT_ASSERT(route.kwargs.empty());
    }

    void a_protocol_router_chooses_by_type() {
        ProtocolTypeRouter types;
        types.add(ScopeType::websocket, first_);
        types.add(ScopeType::http, second_);
        run(types, "/");
        CPPUNIT_ASSERT_EQUAL(1, first_.runs);
        WebsocketCommunicator client(types, loop_);
        client.scope().type = ScopeType::http;
        client.connect();
        client.wait();
        CPPUNIT_ASSERT_EQUAL(1, second_.runs);
    }

    void a_type_without_an_application_is_an_error() {
        ProtocolTypeRouter types;
        types.add(ScopeType::http, first_);
        WebsocketCommunicator client(types, loop_);
        CPPUNIT_ASSERT_THROW(client.connect(), Error);
        CPPUNIT_ASSERT_EQUAL(0, first_.runs);
    }

private:
    void run(Application& application, const std::string& path) {
        WebsocketCommunicator client(application, loop_, path);
        CPPUNIT_ASSERT_MESSAGE(path, client.connect().accepted);
        client.wait();
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
