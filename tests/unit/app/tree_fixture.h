#pragma once

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

#include "app/tree.h"
#include "tests/unit/app/scripted_link.h"
#include "tests/unit/core/settings/settings_fixture.h"

namespace zanhu::app::testing {

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
constexpr std::string_view k_user[] = {"user"};
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

/// Says that it provides the user, whom the test puts into the scope.
class UserFactory final : public MiddlewareFactory {
public:
    Slots provides() const override { return k_user; }
    void configure(const ConfigView&, Services&) override {}
    std::unique_ptr<Application> wrap(Application& inner) const override {
        return std::make_unique<Silent>(inner);
    }

private:
    class Silent final : public Application {
    public:
        explicit Silent(Application& inner) : inner_(inner) {}
        Task<void> run(Scope& scope, Link& link) override { return inner_.run(scope, link); }

    private:
        Application& inner_;
    };
};

/// A configuration with those chains and two routes; keys may be added to the last.
inline std::string config(const std::string& websocket,
                          const std::string& http,
                          const std::string& consumer = "Room") {
    return "[routing]\nwebsocket = " + websocket + "\nhttp = " + http +
           "\n[Cookie]\nword = c\n[Session]\nword = s\n[routes]\nlist = exact, any\n"
           "[route.exact]\npath = ws/exact/\nconsumer = Exact\n[route.any]\npath = ws/<str:name>/\nconsumer "
           "= " +
           consumer + "\n";
}

/// Trees of configurations whose components only leave their marks.
class TreeFixture : public CPPUNIT_NS::TestFixture {
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
        components_.add_application(
            "Page", [] { return std::make_unique<EndFactory>("page", Slots(), ScopeType::http); });
        components_.add_application(
            "Job", [] { return std::make_unique<EndFactory>("job", Slots(), ScopeType::channel); });
        components_.add_middleware("Users", [] { return std::make_unique<UserFactory>(); });
        components_.add_middleware("Counted", [this] {
            ++made_;
            return std::make_unique<MarkerFactory>(Slots(), Slots());
        });
        components_.add_middleware("Picky", [] { return std::make_unique<PickyFactory>(); });
    }

protected:
    /// What the scope's query says when the application of text_ at that path has run.
    std::string way(Scope& scope, const std::string& path, ScriptedLink& link) {
        settings::Problems problems;
        auto settings = load_text(text_, problems);
        CPPUNIT_ASSERT_MESSAGE(problems.lines().empty() ? "" : problems.lines().front(),
                               problems.lines().empty());
        Tree tree(settings, components_, services_);
        Application& application = tree.build();
        scope.path = path;
        Task<void> task = application.run(scope, link);
        task.start([](void*) {}, nullptr);
        task.result();
        return scope.query_string;
    }
    std::string way(Scope& scope, const std::string& path) {
        ScriptedLink link;
        return way(scope, path, link);
    }
    std::string refusal(const std::string& text) {
        settings::Problems problems;
        auto settings = load_text(text, problems);
        std::string error = error_of([&] { Tree(settings, components_, services_); });
        return error;
    }

    NoServices services_;
    Components components_;
    std::string text_;
    int made_ = 0;
};

}  // namespace zanhu::app::testing
