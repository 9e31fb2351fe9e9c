#include "app/tree.h"

#include <Poco/String.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <zanhu/errors.h>

#include "tests/unit/app/scripted_link.h"
#include "tests/unit/core/settings/settings_fixture.h"

namespace zanhu::app {
namespace {

using settings::testing::error_of;
using settings::testing::load_text;

/// The tree asks for nothing before a connection is there, and its factories here never do.
class NoServices final : public Services {
public:
    ChannelLayer& channel_layer(std::string_view) override { throw std::logic_error("no layer"); }
    WorkerPool& pool(std::string_view) override { throw std::logic_error("no pool"); }
    Accounts& accounts() override { throw std::logic_error("no accounts"); }
    Sessions& sessions() override { throw std::logic_error("no sessions"); }
    Messages& messages() override { throw std::logic_error("no messages"); }
    Connections& connections() override { throw std::logic_error("no connections"); }
    const SiteOptions& site() const override { return options; }
    SiteOptions options;
};

using Slots = std::span<const std::string_view>;
constexpr std::string_view k_cookies[] = {"cookies"};
constexpr std::string_view k_session[] = {"session"};
constexpr KeySpec k_word[] = {{"word", ValueKind::text, "default", "what it appends"}};

/// Appends its word to the scope's query, so that the way through the chain can be read there.
class Marker final : public Application {
public:
    Marker(std::string word, Application* inner) : word_(std::move(word)), inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override {
        scope.query_string += word_ + " ";
        return inner_ == nullptr ? accept(link) : inner_->run(scope, link);
    }

private:
    static Task<void> accept(Link& link) { co_await link.send(Accept()); }
    std::string word_;
    Application* inner_;
};

class MarkerFactory final : public MiddlewareFactory {
public:
    MarkerFactory(Slots needed, Slots given) : needs_(needed), provides_(given) {}
    std::span<const KeySpec> keys() const override { return k_word; }
    Slots needs() const override { return needs_; }
    Slots provides() const override { return provides_; }
    void configure(const ConfigView& section, Services&) override { word_ = section.text("word"); }
    std::unique_ptr<Application> wrap(Application& inner) const override {
        return std::make_unique<Marker>(word_, &inner);
    }

private:
    Slots needs_;
    Slots provides_;
    std::string word_;
};

class EndFactory final : public ApplicationFactory {
public:
    EndFactory(std::string name, Slots needed, ScopeType type = ScopeType::websocket)
        : name_(std::move(name)), needs_(needed), serves_(type) {}
    ScopeType serves() const override { return serves_; }
    Slots needs() const override { return needs_; }
    void configure(const ConfigView&, Services&) override {}
    std::unique_ptr<Application> make() const override { return std::make_unique<Marker>(name_, nullptr); }

private:
    std::string name_;
    Slots needs_;
    ScopeType serves_;
};

/// A middleware that cannot use its section.
class PickyFactory final : public MiddlewareFactory {
public:
    std::span<const KeySpec> keys() const override { return k_word; }
    void configure(const ConfigView& section, Services&) override {
        if (section.text("word") == "placed") throw ConfigError(section.describe("word", "is bad; mend it"));
        throw ConfigError("it has no place");
    }
    std::unique_ptr<Application> wrap(Application&) const override { return nullptr; }
};

/// A configuration with those chains and two routes.
std::string config(const std::string& websocket,
                   const std::string& http,
                   const std::string& consumer = "Room") {
    return "[routing]\nwebsocket = " + websocket + "\nhttp = " + http +
           "\n[Cookie]\nword = c\n[Session]\nword = s\n[routes]\nlist = exact, any\n"
           "[route.exact]\npath = ws/exact/\nconsumer = Exact\n[route.any]\npath = ws/<str:name>/\nconsumer "
           "= " +
           consumer + "\n";
}

class TreeTest : public CPPUNIT_NS::TestFixture {
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
    void setUp() override {
        components_ = Components();
        components_.add_middleware("Cookie",
                                   [] { return std::make_unique<MarkerFactory>(Slots(), k_cookies); });
        components_.add_middleware("Session",
                                   [] { return std::make_unique<MarkerFactory>(k_cookies, k_session); });
        components_.add_application("Exact", [] { return std::make_unique<EndFactory>("exact", Slots()); });
        components_.add_application("Room", [] { return std::make_unique<EndFactory>("room", Slots()); });
        components_.add_application("Needy", [] { return std::make_unique<EndFactory>("needy", k_session); });
        components_.add_application(
            "Site", [] { return std::make_unique<EndFactory>("site", Slots(), ScopeType::http); });
        components_.add_application(
            "NeedySite", [] { return std::make_unique<EndFactory>("needy", k_session, ScopeType::http); });
        components_.add_middleware("Picky", [] { return std::make_unique<PickyFactory>(); });
    }

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
        CPPUNIT_ASSERT_MESSAGE(pages, pages.find("[route.any] consumer: 'Site'") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(pages,
                               pages.find("there are: Exact, Needy, Room\n") != std::string::npos ||
                                   pages.ends_with("there are: Exact, Needy, Room"));
        const std::string socket = refusal(config("Cookie, routes", "Cookie, Room"));
        CPPUNIT_ASSERT_MESSAGE(socket, socket.find("[routing] http: 'Room'") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(socket, socket.ends_with("there are: NeedySite, Site"));
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
    /// What the scope's query says when the application at that path has run.
    std::string way(ScopeType type, const std::string& path, ScriptedLink& link) {
        settings::Problems problems;
        auto settings = load_text(config("Cookie, Session, routes", "Cookie, site"), problems);
        CPPUNIT_ASSERT(problems.lines().empty());
        Tree tree(settings, components_, services_);
        Application& application = tree.build();
        Scope scope;
        scope.type = type;
        scope.path = path;
        Task<void> task = application.run(scope, link);
        task.start([](void*) {}, nullptr);
        task.result();
        return scope.query_string;
    }
    std::string way(ScopeType type, const std::string& path) {
        ScriptedLink link;
        return way(type, path, link);
    }
    std::string refusal(const std::string& text) {
        settings::Problems problems;
        auto settings = load_text(text, problems);
        return error_of([&] { Tree(settings, components_, services_); });
    }

    NoServices services_;
    Components components_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TreeTest);

}  // namespace
}  // namespace zanhu::app
