#include <string>

#include "tests/unit/app/tree_fixture.h"

namespace zanhu::app {
namespace {

using namespace testing;

class TreeTest : public TreeFixture {
    CPPUNIT_TEST_SUITE(TreeTest);
    CPPUNIT_TEST(a_connection_passes_its_chain_from_the_left_to_its_route);
    CPPUNIT_TEST(a_plain_request_for_a_sockets_path_is_answered_with_426);
    CPPUNIT_TEST(a_need_that_nothing_ahead_provides_is_refused);
    CPPUNIT_TEST(a_need_of_a_route_or_of_the_pages_is_checked_too);
    CPPUNIT_TEST(an_unknown_class_is_refused_with_the_names_there_are);
    CPPUNIT_TEST(an_unknown_key_of_a_component_is_refused);
    CPPUNIT_TEST(a_bad_path_of_a_route_is_refused);
    CPPUNIT_TEST(an_application_stands_only_where_it_serves);
    CPPUNIT_TEST(every_problem_has_its_place_and_all_come_together);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_connection_passes_its_chain_from_the_left_to_its_route() {
        CPPUNIT_ASSERT_EQUAL(std::string("c s exact "), way(ScopeType::websocket, "/ws/exact/"));
        CPPUNIT_ASSERT_EQUAL(std::string("c s room "), way(ScopeType::websocket, "/ws/alice/"));
        CPPUNIT_ASSERT_EQUAL(std::string("c site "), way(ScopeType::http, "/"));
        CPPUNIT_ASSERT_THROW(way(ScopeType::websocket, "/nowhere"), NoRoute);
        CPPUNIT_ASSERT_THROW(way(ScopeType::channel, "/"), Error);
    }

    void a_plain_request_for_a_sockets_path_is_answered_with_426() {
        ScriptedLink link;
        CPPUNIT_ASSERT_EQUAL(std::string(), way(ScopeType::http, "/ws/alice/", link));
        CPPUNIT_ASSERT_EQUAL(426, link.status);
        CPPUNIT_ASSERT_EQUAL(std::string("websocket"),
                             std::string(link.headers.find("upgrade").value_or("")));
        CPPUNIT_ASSERT(link.complete && !link.body.empty());
        ScriptedLink other;
        way(ScopeType::http, "/ws/alice/more", other);
        CPPUNIT_ASSERT_EQUAL(0, other.status);
    }

    void a_need_that_nothing_ahead_provides_is_refused() {
        const std::string error = refusal(config("Session, Cookie, routes", "site"));
        CPPUNIT_ASSERT_MESSAGE(error, error.find("'Session' needs 'cookies'") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(error, error.find("[routing] websocket") != std::string::npos);
        const std::string http = refusal(config("Cookie, Session, routes", "Session, site"));
        CPPUNIT_ASSERT_MESSAGE(http, http.find("[routing] http") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("nothing"),
                             refusal(config("Cookie, Session, routes", "Cookie, site")));
    }

    void a_need_of_a_route_or_of_the_pages_is_checked_too() {
        const std::string error = refusal(config("Cookie, routes", "site", "Needy"));
        CPPUNIT_ASSERT_MESSAGE(error, error.find("needs 'session'") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("nothing"),
                             refusal(config("Cookie, Session, routes", "site", "Needy")));
        const std::string pages = refusal(config("Cookie, Session, routes", "Cookie, NeedySite"));
        CPPUNIT_ASSERT_MESSAGE(pages, pages.find("needs 'session'") != std::string::npos);
    }

    void an_unknown_class_is_refused_with_the_names_there_are() {
        const std::string middleware = refusal(config("Cooky, routes", "site"));
        CPPUNIT_ASSERT_MESSAGE(middleware, middleware.find("Cooky") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(middleware, middleware.find("Cookie") != std::string::npos);
        const std::string consumer = refusal(config("Cookie, routes", "site", "Rom"));
        CPPUNIT_ASSERT_MESSAGE(consumer, consumer.find("Rom") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(consumer, consumer.find("Room") != std::string::npos);
    }

    void an_unknown_key_of_a_component_is_refused() {
        const std::string error = refusal(
            Poco::replace(config("Cookie, routes", "site"), std::string("word = c"), std::string("wrd = c")));
        CPPUNIT_ASSERT_MESSAGE(error, error.find("wrd") != std::string::npos);
    }

    void a_bad_path_of_a_route_is_refused() {
        const std::string text = Poco::replace(
            config("Cookie, routes", "site"), std::string("<str:name>"), std::string("<what:x>"));
        const std::string error = refusal(text);
        CPPUNIT_ASSERT_MESSAGE(error, error.find("[route.any] path: ") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(error, error.find("<what:x>") != std::string::npos);
    }

    void an_application_stands_only_where_it_serves() {
        const std::string pages = refusal(config("Cookie, routes", "site", "Site"));
        CPPUNIT_ASSERT_MESSAGE(
            pages,
            pages.find("[route.any] consumer: 'Site' serves plain requests, not sockets") !=
                std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(pages,
                               pages.find("there are: Exact, Needy, Room\n") != std::string::npos ||
                                   pages.ends_with("there are: Exact, Needy, Room"));
        const std::string socket = refusal(config("Cookie, routes", "Cookie, Room"));
        CPPUNIT_ASSERT_MESSAGE(socket, socket.find("[routing] http: 'Room'") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(socket, socket.ends_with("there are: NeedySite, Page, Site"));
    }

    void every_problem_has_its_place_and_all_come_together() {
        const std::string error = refusal(config("Cooky, Cookie, Picky, Named, routes", "site", "Rom") +
                                          "[Named]\nclass = Nothing\n[Picky]\nword = placed\n");
        std::size_t lines = 1;
        for (const char c : error)
            lines += c == '\n' ? 1 : 0;
        CPPUNIT_ASSERT_EQUAL_MESSAGE(error, std::size_t{4}, lines);
        for (const char* part : {"[routing] websocket: there is no middleware 'Cooky'",
                                 "[Named] class: there is no middleware 'Nothing'",
                                 "[Picky] word: is bad; mend it",
                                 "[route.any] consumer: there is no consumer 'Rom'"}) {
            const std::size_t at = error.find(part);
            CPPUNIT_ASSERT_MESSAGE(part + (" not in\n" + error), at != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(error, at > 2 && error.substr(at - 2, 2) == ": ");
        }
        const std::string bare = refusal(config("Picky, routes", "site"));
        CPPUNIT_ASSERT_MESSAGE(bare, bare.find("[routing] websocket: it has no place") != std::string::npos);
    }

private:
    std::string way(ScopeType type, const std::string& path, ScriptedLink& link) {
        text_ = config("Cookie, Session, routes", "Cookie, site");
        Scope scope;
        scope.type = type;
        return TreeFixture::way(scope, path, link);
    }
    std::string way(ScopeType type, const std::string& path) {
        ScriptedLink link;
        return way(type, path, link);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TreeTest);

}  // namespace
}  // namespace zanhu::app
