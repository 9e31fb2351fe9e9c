#include <algorithm>
#include <charconv>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/url_pattern.h>

#include "core/application/python_regex.h"

namespace zanhu {

namespace {

/// A converter whose captures stay the text that they are.
class TextConverter final : public Converter {
public:
    explicit TextConverter(std::string_view regex) noexcept : regex_(regex) {}
    std::string_view regex() const noexcept override { return regex_; }
    std::optional<Value> to_value(std::string_view text) const override { return Value(text); }

private:
    std::string_view regex_;
};

class IntConverter final : public Converter {
public:
    std::string_view regex() const noexcept override { return "[0-9]+"; }
    std::optional<Value> to_value(std::string_view text) const override {
        std::int64_t number = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
        // Python's integers have no end; what does not fit stays the text of its digits.
        return parsed.ec == std::errc() ? Value(number) : Value(text);
    }
};

constexpr std::string_view k_uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

bool is_converter_name(std::string_view name) {
    return !name.empty() && std::none_of(name.begin(), name.end(), [](char c) {
        return c == ':' || c == '<' || c == '>' || static_cast<unsigned char>(c) <= ' ';
    });
}

}  // namespace

Converters::Converters() {
    add("int", std::make_shared<IntConverter>());
    add("path", std::make_shared<TextConverter>(".+"));
    add("slug", std::make_shared<TextConverter>("[-a-zA-Z0-9_]+"));
    add("str", std::make_shared<TextConverter>("[^/]+"));
    add("uuid", std::make_shared<TextConverter>(k_uuid));
}

void Converters::add(std::string name, std::shared_ptr<const Converter> converter) {
    if (!is_converter_name(name)) {
        throw ConfigError("'" + name + "' cannot name a converter; leave out blanks, ':', '<' and '>'");
    }
    constexpr int k_groups = 8;
    try {
        compile_regex(python_regex_as_re2(converter->regex()), converter->regex(), k_groups);
    } catch (const ConfigError& error) {
        throw ConfigError("the converter '" + name + "': " + error.what());
    }
    if (!converters_.emplace(name, std::move(converter)).second) {
        throw ConfigError("the converter '" + name +
                          "' is registered twice; give one of the two another name");
    }
}

std::shared_ptr<const Converter> Converters::find(std::string_view name) const {
    const auto found = converters_.find(name);
    return found == converters_.end() ? nullptr : found->second;
}

std::string Converters::names() const {
    std::string names;
    for (const auto& [name, converter] : converters_)
        names += (names.empty() ? "" : ", ") + name;
    return names;
}

const Converters& Converters::built_in() {
    static const Converters converters;
    return converters;
}

}  // namespace zanhu
