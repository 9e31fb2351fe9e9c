// A converter of paths: <weekday:day> matches monday to sunday, and gives the number of the day, 1 to 7.
#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include <zanhu/plugin.h>

namespace {

constexpr std::string_view k_days[] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

class WeekdayConverter final : public zanhu::Converter {
public:
    std::string_view regex() const noexcept override { return "[a-z]+day"; }
    std::optional<zanhu::Value> to_value(std::string_view text) const override {
        const auto* day = std::find(std::begin(k_days), std::end(k_days), text);
        if (day == std::end(k_days)) return std::nullopt;  // someday: the route does not match
        return zanhu::Value(static_cast<int>(day - std::begin(k_days)) + 1);
    }
};

}  // namespace

ZANHU_PLUGIN(ZANHU_EXPORT(WeekdayConverter, "weekday"))
