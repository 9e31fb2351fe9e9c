// An HTTP application at the end of the chain for plain requests: it says what time it is.
//
//     [routing]
//     http = clock
//     [clock]
//     class = Clock
#include <ctime>
#include <memory>
#include <string>

#include <zanhu/plugin.h>

namespace {

class Clock final : public zanhu::Application {
public:
    zanhu::Task<void> run(zanhu::Scope& scope, zanhu::Link& link) override {
        if (scope.path == "/broken/") throw std::runtime_error("the clock has stopped");
        const std::time_t now = std::time(nullptr);
        std::tm utc{};
        gmtime_r(&now, &utc);
        char text[32];
        const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ\n", &utc);
        zanhu::Headers headers;
        headers.add("content-type", "text/plain");
        headers.add("cache-control", "no-store");
        co_await link.send(zanhu::ResponseStart(200, std::move(headers)));
        co_await link.send(zanhu::ResponseBody(std::string(text, length)));
    }
};

class ClockFactory final : public zanhu::ApplicationFactory {
public:
    zanhu::ScopeType serves() const override { return zanhu::ScopeType::http; }
    void configure(const zanhu::ConfigView&, zanhu::Services&) override {}
    std::unique_ptr<zanhu::Application> make() const override { return std::make_unique<Clock>(); }
};

}  // namespace

ZANHU_PLUGIN(ZANHU_EXPORT(ClockFactory, "Clock"))
