// A middleware with settings of its own: refuses handshakes outside of the opening hours.
//
//     [routing]
//     websocket = origin, hours, auth, routes
//     [hours]
//     class = OpeningHours
//     opens = 7
//     closes = 19
#include <ctime>
#include <memory>
#include <span>

#include <zanhu/errors.h>
#include <zanhu/plugin.h>

namespace {

class OpeningHours final : public zanhu::Application {
public:
    OpeningHours(std::int64_t opens, std::int64_t closes, zanhu::Application& inner)
        : opens_(opens), closes_(closes), inner_(inner) {}

    zanhu::Task<void> run(zanhu::Scope& scope, zanhu::Link& link) override {
        const std::time_t now = std::time(nullptr);
        std::tm utc{};
        gmtime_r(&now, &utc);
        if (utc.tm_hour < opens_ || utc.tm_hour >= closes_) return refuse(link);
        // Who looks in here is let through: no coroutine of its own, which would cost memory for as long as
        // the connection lives.
        return inner_.run(scope, link);
    }

private:
    static zanhu::Task<void> refuse(zanhu::Link& link) { co_await link.send(zanhu::Close()); }

    std::int64_t opens_;
    std::int64_t closes_;
    zanhu::Application& inner_;
};

class OpeningHoursFactory final : public zanhu::MiddlewareFactory {
public:
    std::span<const zanhu::KeySpec> keys() const override {
        static constexpr zanhu::KeySpec k_keys[] = {
            {"opens", zanhu::ValueKind::integer, "8", "hour of the day, UTC", 0, 23},
            {"closes", zanhu::ValueKind::integer, "18", "hour of the day, UTC", 1, 24},
        };
        return k_keys;
    }
    void configure(const zanhu::ConfigView& section, zanhu::Services&) override {
        opens_ = section.integer("opens");
        closes_ = section.integer("closes");
        if (closes_ <= opens_) {
            throw zanhu::ConfigError(
                section.describe("closes", "is not after `opens`; set it to a later hour of the same day"));
        }
    }
    std::unique_ptr<zanhu::Application> wrap(zanhu::Application& inner) const override {
        return std::make_unique<OpeningHours>(opens_, closes_, inner);
    }

private:
    std::int64_t opens_ = 0;
    std::int64_t closes_ = 0;
};

}  // namespace

ZANHU_PLUGIN(ZANHU_EXPORT(OpeningHoursFactory, "OpeningHours"))
