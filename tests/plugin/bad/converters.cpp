// A converter that is right in itself, but for what the build says of it: its name, its regular expression.
#include <optional>
#include <string_view>

#include <zanhu/plugin.h>

namespace {

class Word final : public zanhu::Converter {
    std::string_view regex() const noexcept override { return REGEX; }
    std::optional<zanhu::Value> to_value(std::string_view text) const override { return zanhu::Value(text); }
};

}  // namespace

ZANHU_PLUGIN(ZANHU_EXPORT(Word, NAME))
