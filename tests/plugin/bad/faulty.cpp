// Middleware that fails in one place each. The configuration chooses which of them is used.
#include <memory>
#include <stdexcept>
#include <utility>
#include <variant>

#include <zanhu/errors.h>
#include <zanhu/plugin.h>

namespace {

using zanhu::Application;
using zanhu::Link;
using zanhu::Scope;
using zanhu::Task;

class Through final : public Application {
public:
    explicit Through(Application& inner) : inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override { return inner_.run(scope, link); }

private:
    Application& inner_;
};

class Factory : public zanhu::MiddlewareFactory {
public:
    void configure(const zanhu::ConfigView&, zanhu::Services&) override {}
    std::unique_ptr<Application> wrap(Application& inner) const override {
        return std::make_unique<Through>(inner);
    }
};

class ThrowsInConstructor final : public Factory {
public:
    ThrowsInConstructor() { throw std::runtime_error("no constructor today"); }
};

class ThrowsInKeys final : public Factory {
    std::span<const zanhu::KeySpec> keys() const override { throw std::runtime_error("no keys today"); }
};

class ThrowsInConfigure final : public Factory {
    void configure(const zanhu::ConfigView&, zanhu::Services&) override {
        throw std::out_of_range("no configuration today");
    }
};

class ThrowsNumber final : public Factory {
    void configure(const zanhu::ConfigView&, zanhu::Services&) override { throw 42; }
};

class RefusesItsKey final : public Factory {
    std::span<const zanhu::KeySpec> keys() const override {
        static constexpr zanhu::KeySpec k_keys[] = {
            {"colour", zanhu::ValueKind::choice, "red", "of the bicycle shed", 0, 0, "red|green"},
        };
        return k_keys;
    }
    void configure(const zanhu::ConfigView& section, zanhu::Services&) override {
        if (section.text("colour") != "green") return;
        throw zanhu::ConfigError(section.describe("colour", "is out of fashion; choose red"));
    }
};

class ThrowsInWrap final : public Factory {
    std::unique_ptr<Application> wrap(Application&) const override {
        throw std::runtime_error("no middleware today");
    }
};

class GivesNothing final : public Factory {
    std::unique_ptr<Application> wrap(Application&) const override { return nullptr; }
};

/// Fails where the path says so.
class FailingLink final : public zanhu::LinkFilter {
public:
    FailingLink(Link& inner, std::string where) : LinkFilter(inner), where_(std::move(where)) {}

    zanhu::SendAwaiter send(zanhu::Command command) override {
        if (where_ == "send" && std::holds_alternative<zanhu::Send>(command))
            throw std::runtime_error("send");
        return inner().send(std::move(command));
    }

private:
    bool on_event(zanhu::Event& event) override {
        if (where_ == "event" && std::holds_alternative<zanhu::Receive>(event))
            throw std::runtime_error("event");
        if (where_ == "every_event" && !std::holds_alternative<zanhu::Connect>(event)) throw 42;
        return true;
    }
    const std::string where_;
};

class Failing final : public Application {
public:
    explicit Failing(Application& inner) : inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override {
        if (scope.query_string == "run") throw std::runtime_error("run");
        return filtered(scope, link);
    }

private:
    Task<void> filtered(Scope& scope, Link& link) {
        FailingLink filter(link, scope.query_string);
        if (scope.query_string == "coroutine") throw 42;
        co_await inner_.run(scope, filter);
    }
    Application& inner_;
};

class FailingFactory final : public Factory {
    std::unique_ptr<Application> wrap(Application& inner) const override {
        return std::make_unique<Failing>(inner);
    }
};

}  // namespace

ZANHU_PLUGIN(ZANHU_EXPORT(ThrowsInConstructor, "ThrowsInConstructor")  //
             ZANHU_EXPORT(ThrowsInKeys, "ThrowsInKeys")                //
             ZANHU_EXPORT(ThrowsInConfigure, "ThrowsInConfigure")      //
             ZANHU_EXPORT(ThrowsNumber, "ThrowsNumber")                //
             ZANHU_EXPORT(RefusesItsKey, "RefusesItsKey")              //
             ZANHU_EXPORT(ThrowsInWrap, "ThrowsInWrap")                //
             ZANHU_EXPORT(GivesNothing, "GivesNothing")                //
             ZANHU_EXPORT(FailingFactory, "Failing"))
