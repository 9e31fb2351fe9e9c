#include "core/settings/settings.h"

#include <Poco/String.h>

#include <stdexcept>

#include "core/settings/schema.h"
#include "core/settings/value.h"

namespace zanhu::settings {
namespace {

std::string lower(std::string_view text) {
    return Poco::toLower(std::string(text));
}

std::string_view built_in_value(std::string_view section, std::string_view key) {
    for (const auto& value : built_in_values()) {
        if (value.section == lower(section) && value.key == key) return value.value;
    }
    return {};
}

std::string chosen_file(const LoadOptions& options) {
    if (!options.file.empty()) return options.file;
    const auto named = options.environment.find(k_file_variable);
    return named == options.environment.end() ? std::string() : named->second;
}

}  // namespace

Settings Settings::load(const LoadOptions& options) {
    Problems problems;
    auto settings = load(options, problems);
    problems.raise_if_any();
    return settings;
}

Settings Settings::load(const LoadOptions& options, Problems& problems) {
    Settings settings;
    settings.file_ = chosen_file(options);
    settings.environment_ = options.environment;
    settings.uid_ = options.uid;
    settings.secret_key_policy_ = options.secret_key;
    if (!settings.file_.empty()) {
        const Document document = read_document(settings.file_, options.environment, problems);
        // Of a file that says nothing, what is missing would be all of it.
        if (!problems.empty() && document.sections.empty() && document.entries.empty()) return settings;
        settings.take_document(document, problems);
    }
    settings.take_overrides(options.overrides);
    settings.check_fixed_sections(problems);
    settings.check_typed_sections(problems);
    return settings;
}

void Settings::take_document(const Document& document, Problems& problems) {
    for (const auto& section : document.sections) {
        from_file_.try_emplace(lower(section.name));
        heads_.try_emplace(lower(section.name),
                           place(document.file, section.line) + "[" + section.name + "]");
    }
    for (const auto& entry : document.entries) {
        const auto where = place(document.file, entry.line);
        Value value{entry.text, Origin::file, where.substr(0, where.size() - 2)};
        auto& values = from_file_[lower(entry.section)];
        if (!values.emplace(lower(entry.key), std::move(value)).second) {
            problems.add(where + "[" + entry.section + "] " + entry.key +
                         ": is there twice; remove one of the two");
        }
    }
}

void Settings::take_overrides(const std::vector<Override>& overrides) {
    for (const auto& entry : overrides) {
        heads_.try_emplace(lower(entry.section), entry.source + ": [" + entry.section + "]");
        overrides_[lower(entry.section)].insert_or_assign(
            lower(entry.key), Value{entry.text, Origin::override_value, entry.source});
    }
}

std::optional<Settings::Value> Settings::find_in_environment(std::string_view section,
                                                             std::string_view key) const {
    const auto name = variable_name(section, key);
    const auto found = environment_.find(name);
    if (found != environment_.end()) return Value{found->second, Origin::environment, "environment " + name};
    if (const auto* alias = find_alias(environment_, section, key)) {
        const auto variable = std::string(alias->variable);
        return Value{environment_.find(variable)->second, Origin::environment, "environment " + variable};
    }
    return std::nullopt;
}

Settings::Value Settings::resolve(std::string_view section,
                                  std::string_view key,
                                  std::string_view default_value) const {
    const auto given = [&](const Sections& sections) -> const Value* {
        const auto values = sections.find(lower(section));
        if (values == sections.end()) return nullptr;
        const auto value = values->second.find(key);
        return value == values->second.end() ? nullptr : &value->second;
    };
    if (const auto* value = given(overrides_)) return *value;
    if (auto value = find_in_environment(section, key)) return *std::move(value);
    if (const auto* value = given(from_file_)) return *value;

    const auto source = file_.empty() ? std::string("configuration") : file_;
    if (const auto value = built_in_value(section, key); !value.empty()) {
        return {std::string(value), Origin::default_value, source};
    }
    const bool names_itself = key == "class" && !is_route_section(section) && !is_worker_section(section) &&
                              find_section(section) == nullptr;
    return {std::string(names_itself ? section : default_value), Origin::default_value, source};
}

std::string Settings::checked_text(std::string_view section, const KeySpec& key, Problems* problems) const {
    auto value = resolve(section, key.key, key.default_value);
    auto problem = check_value(key, value.text);
    if (problem.empty()) return value.text;
    if (value.origin == Origin::default_value && value.text.empty())
        problem = "is missing; " + std::string(key.help);
    if (problems != nullptr) problems->add(describe(section, key.key, problem));
    return std::string(key.default_value);
}

ConfigView Settings::view(std::string_view section, std::span<const KeySpec> keys, Problems* problems) const {
    std::map<std::string, std::string, std::less<>> values;
    std::map<std::string, std::string, std::less<>> places;
    for (const auto& key : keys) {
        values.emplace(key.key, checked_text(section, key, problems));
        places.emplace(key.key, resolve(section, key.key, key.default_value).source);
    }
    return {std::string(section), std::move(values), std::move(places)};
}

ConfigView Settings::section(std::string_view name) const {
    const auto* spec = find_section(name);
    if (spec == nullptr) throw std::logic_error("[" + std::string(name) + "] is not in the schema");
    return view(is_layer_section(name) ? name : spec->section, spec->keys, nullptr);
}

ConfigView Settings::component(std::string_view section, std::span<const KeySpec> keys) {
    if (find_section(section) != nullptr) {
        if (keys.empty()) return this->section(section);
        throw ConfigError(
            "configuration: [" + std::string(section) +
            "] is a section of zanhu's own, and a component is named like it; rename the component");
    }
    const auto common = common_component_keys(section);
    std::vector<KeySpec> all(common.begin(), common.end());
    all.insert(all.end(), keys.begin(), keys.end());
    Problems problems;
    check_given_keys(section, all, problems);
    check_ambiguous(section, all, problems);
    auto result = view(section, all, &problems);
    components_.insert_or_assign(std::string(section), std::move(all));
    problems.raise_if_any();
    return result;
}

std::string Settings::peek(std::string_view section, std::string_view key) const {
    return resolve(section, key, {}).text;
}

bool Settings::is_set(std::string_view section, std::string_view key) const {
    return origin(section, key) != Origin::default_value;
}

Origin Settings::origin(std::string_view section, std::string_view key) const {
    return resolve(section, key, {}).origin;
}

bool Settings::has_section(std::string_view section) const {
    return heads_.contains(lower(section));
}

std::string Settings::describe(std::string_view section,
                               std::string_view key,
                               const std::string& problem) const {
    return resolve(section, key, {}).source + ": [" + std::string(section) + "] " + std::string(key) + ": " +
           problem;
}

}  // namespace zanhu::settings
