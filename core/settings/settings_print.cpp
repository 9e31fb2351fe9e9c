// The part of Settings that shows what is in force.
#include <Poco/String.h>

#include <algorithm>
#include <ostream>

#include "core/settings/schema.h"
#include "core/settings/settings.h"
#include "core/settings/value.h"

namespace zanhu::settings {
namespace {

// `scheme://user:password@host` with the password covered.
std::string without_password(const std::string& text) {
    const auto scheme = text.find("://");
    if (scheme == std::string::npos) return text;
    const auto start = scheme + 3;
    // Whatever nobody has escaped: the last one ends the password.
    const auto at = text.rfind('@');
    if (at == std::string::npos || at < start) return text;
    const auto colon = text.find(':', start);
    if (colon > at) return text;
    return text.substr(0, colon + 1) + "********" + text.substr(at);
}

}  // namespace

void Settings::print(std::ostream& out, bool show_secrets) const {
    out << "; " << (file_.empty() ? "no configuration file" : "from " + file_) << "\n";
    for (const auto& spec : schema())
        print_section(out, spec.section, spec.keys, show_secrets);
    for (const auto& [section, keys] : layer_sections())
        print_section(out, section, keys, show_secrets);
    for (const auto& [section, keys] : components_)
        print_section(out, section, keys, show_secrets);
    print_unchecked(out);
}

void Settings::print_section(std::ostream& out,
                             std::string_view name,
                             std::span<const KeySpec> keys,
                             bool show_secrets) const {
    out << "\n[" << name << "]\n";
    for (const auto& key : keys)
        print_value(out, name, key, show_secrets);
}

void Settings::print_value(std::ostream& out,
                           std::string_view section,
                           const KeySpec& key,
                           bool show_secrets) const {
    const auto value = resolve(section, key.key, key.default_value);
    const bool is_default = value.origin == Origin::default_value;
    const bool hidden = is_secret(key.kind) && !show_secrets && !value.text.empty();
    out << "; " << (is_default ? "default" : value.source);
    if (section == "server" && value.text.empty()) {
        if (key.key == "admin_socket") out << ": " << default_admin_socket(environment_, uid_);
        if (key.key == "state_directory") out << ": " << default_state_directory(environment_, uid_);
    }
    out << (hidden ? ", not shown\n;" : "\n") << key.key << " =";
    if (hidden) {
        out << " ********";
    } else if (!value.text.empty()) {
        out << " " << (show_secrets ? value.text : without_password(value.text));
    }
    out << "\n";
}

// Sections whose component was not asked for, which is so before the wiring and in zanhu-admin.
void Settings::print_unchecked(std::ostream& out) const {
    std::map<std::string, std::map<std::string, std::string>> rest;
    for (const auto& value : built_in_values())
        rest[std::string(value.section)][std::string(value.key)];
    for (const auto* sections : {&from_file_, &overrides_}) {
        for (const auto& [section, values] : *sections) {
            for (const auto& [key, value] : values)
                rest[section][key];
        }
    }
    for (const auto& [section, keys] : rest) {
        const bool component = std::any_of(components_.begin(), components_.end(), [&](const auto& known) {
            return Poco::icompare(known.first, section) == 0;
        });
        if (component || find_section(section) != nullptr) continue;
        out << "\n[" << section << "]\n";
        for (const auto& [key, unused] : keys)
            print_value(
                out, section, {.key = key, .kind = ValueKind::text, .default_value = "", .help = ""}, false);
    }
}

}  // namespace zanhu::settings
