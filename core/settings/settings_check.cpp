// The part of Settings that finds what is unknown, and the checks that load() runs.
#include <Poco/String.h>

#include <algorithm>
#include <set>

#include "core/settings/deflate_settings.h"
#include "core/settings/nearest.h"
#include "core/settings/plugin_settings.h"
#include "core/settings/schema.h"
#include "core/settings/settings.h"
#include "core/settings/typed.h"

namespace zanhu::settings {
namespace {

bool has_key(std::span<const KeySpec> keys, std::string_view key) {
    return std::any_of(keys.begin(), keys.end(), [&](const KeySpec& spec) { return spec.key == key; });
}

std::vector<std::string> names_of(std::span<const KeySpec> keys) {
    std::vector<std::string> names;
    for (const auto& spec : keys)
        names.emplace_back(spec.key);
    return names;
}

std::string unknown_key(std::string_view key, std::span<const KeySpec> keys) {
    const auto names = names_of(keys);
    if (const auto meant = nearest(key, names); !meant.empty()) {
        return "is not a key of this section; did you mean `" + meant + "`?";
    }
    for (const auto& other : schema()) {
        if (has_key(other.keys, key)) {
            return "is not a key of this section; move it to [" + std::string(other.section) + "]";
        }
    }
    return "is not a key of this section; its keys are: " +
           Poco::cat(std::string(", "), names.begin(), names.end());
}

}  // namespace

void Settings::check_fixed_sections(Problems& problems) const {
    for (const auto& spec : schema()) {
        check_given_keys(spec.section, spec.keys, problems);
        view(spec.section, spec.keys, &problems);
    }
    for (const auto& [section, keys] : layer_sections()) {
        if (section.substr(k_layer_prefix.size()) == "default")
            problems.add(heads_.at(section) +
                         ": this layer's section is [channel_layer]; move the keys there");
        check_given_keys(section, keys, problems);
        view(section, keys, &problems);
    }
}

void Settings::check_typed_sections(Problems& problems) const {
    problems.collect([&] { ServerSettings::from(*this); });
    problems.collect([&] { TlsSettings::from(*this); });
    problems.collect([&] { HttpSettings::from(*this); });
    problems.collect([&] { WebsocketSettings::from(*this); });
    problems.collect([&] { DeflateSettings::from(*this); });
    problems.collect([&] { OutboxSettings::from(*this); });
    problems.collect([&] { LimitSettings::from(*this); });
    problems.collect([&] { ProxySettings::from(*this); });
    problems.collect([&] { MetricsSettings::from(*this); });
    for (const auto& alias : channel_layers())
        problems.collect([&] { LayerSettings::from(*this, alias); });
    problems.collect([&] { PoolSettings::from(*this); });
    problems.collect([&] { DatabaseSettings::from(*this); });
    problems.collect([&] { UserSettings::from(*this); });
    problems.collect([&] { SessionSettings::from(*this); });
    problems.collect([&] { SiteSettings::from(*this); });
    problems.collect([&] { LoginSettings::from(*this); });
    problems.collect([&] { LoggingSettings::from(*this); });
    problems.collect([&] { PluginSettings::from(*this); });
    problems.collect([&] { TreeSettings::from(*this); });
}

void Settings::check_given_keys(std::string_view section,
                                std::span<const KeySpec> keys,
                                Problems& problems) const {
    for (const auto* sections : {&from_file_, &overrides_}) {
        const auto values = sections->find(Poco::toLower(std::string(section)));
        if (values == sections->end()) continue;
        for (const auto& [key, value] : values->second) {
            if (has_key(keys, key)) continue;
            problems.add(value.source + ": [" + std::string(section) + "] " + key + ": " +
                         unknown_key(key, keys));
        }
    }
}

void Settings::check_ambiguous(std::string_view section,
                               std::span<const KeySpec> keys,
                               Problems& problems) const {
    const auto known = known_variables();
    for (const auto& key : keys) {
        const auto variable = variable_name(section, key.key);
        const auto owner = known.find(variable);
        const auto name = "[" + std::string(section) + "] " + std::string(key.key);
        if (owner == known.end() || owner->second == name || !environment_.contains(variable)) continue;
        problems.add("environment " + variable + ": " + name + ": the variable could also mean " +
                     owner->second + "; unset it, and set the key in the file");
    }
}

std::map<std::string, std::string> Settings::known_variables() const {
    std::map<std::string, std::string> known;
    const auto add = [&](std::string_view section, std::span<const KeySpec> keys) {
        for (const auto& key : keys) {
            known.emplace(variable_name(section, key.key),
                          "[" + std::string(section) + "] " + std::string(key.key));
        }
    };
    for (const auto& spec : schema())
        add(spec.section, spec.keys);
    for (const auto& [section, keys] : layer_sections())
        add(section, keys);
    for (const auto& [section, keys] : components_)
        add(section, keys);
    return known;
}

std::string Settings::unknown_section(const std::string& name) const {
    std::vector<std::string> known;
    for (const auto& spec : schema())
        known.emplace_back(spec.section);
    for (const auto& [section, keys] : components_)
        known.push_back(section);
    if (const auto meant = nearest(name, known); !meant.empty()) {
        return ": nothing uses this section; did you mean [" + meant + "]?";
    }
    if (is_route_section(name)) {
        return ": nothing uses this section; add its name to [routes] list, to [http_routes] list or to the "
               "routes of another route, or remove it";
    }
    if (is_worker_section(name))
        return ": nothing uses this section; add its name to [workers] list, or remove it";
    return ": nothing uses this section; add it to a list in [routing], or remove it";
}

std::map<std::string, std::span<const KeySpec>> Settings::layer_sections() const {
    std::map<std::string, std::span<const KeySpec>> sections;
    for (const auto& [name, head] : heads_) {
        if (is_layer_section(name)) sections.emplace(name, find_section(name)->keys);
    }
    return sections;
}

std::vector<std::string> Settings::channel_layers() const {
    std::vector<std::string> aliases{"default"};
    for (const auto& [section, keys] : layer_sections())
        aliases.push_back(section.substr(k_layer_prefix.size()));
    return aliases;
}

std::vector<std::string> Settings::route_sections() const {
    std::set<std::string> names;
    for (const auto& value : built_in_values())
        names.emplace(value.section);
    for (const auto& [name, head] : heads_)
        names.insert(name);
    std::erase_if(names, [](const std::string& name) { return !is_route_section(name); });
    return {names.begin(), names.end()};
}

void Settings::check_unknown() const {
    Problems problems;
    for (const auto& [name, head] : heads_) {
        const bool component = std::any_of(components_.begin(), components_.end(), [&](const auto& known) {
            return Poco::icompare(known.first, name) == 0;
        });
        if (!component && find_section(name) == nullptr) problems.add(head + unknown_section(name));
    }
    const auto known = known_variables();
    std::vector<std::string> names;
    names.reserve(known.size());
    for (const auto& [variable, key] : known)
        names.push_back(variable);
    for (const auto& [variable, value] : environment_) {
        const bool no_key = variable == k_file_variable || variable == k_demo_variable;
        if (!variable.starts_with("ZANHU_") || no_key || known.contains(variable)) continue;
        const auto meant = nearest(variable, names);
        problems.add("environment " + variable + ": no key has this variable; " +
                     (meant.empty() ? "unset it" : "did you mean " + meant + "?"));
    }
    problems.raise_if_any();
}

}  // namespace zanhu::settings
