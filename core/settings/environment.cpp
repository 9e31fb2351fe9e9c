#include "core/settings/environment.h"

#include <Poco/Ascii.h>
#include <unistd.h>

#include <zanhu/errors.h>

namespace zanhu::settings {
namespace {

constexpr VariableAlias k_aliases[] = {
    {"DJANGO_SECRET_KEY", "site", "secret_key"},
    {"SECRET_KEY", "site", "secret_key"},
    {"DATABASE_URL", "database", "url"},
    {"REDIS_URL", "redis", "url"},
};

// systemd joins several directories with colons; the first is the one that the unit names first.
std::string first_directory(const Environment& environment, std::string_view variable) {
    const auto found = environment.find(variable);
    if (found == environment.end()) return {};
    return found->second.substr(0, found->second.find(':'));
}

// The XDG specification wants relative paths ignored.
std::string absolute_directory(const Environment& environment, std::string_view variable) {
    const auto found = environment.find(variable);
    if (found == environment.end() || !found->second.starts_with('/')) return {};
    return found->second;
}

std::string home_directory(const Environment& environment, std::string_view key) {
    auto home = absolute_directory(environment, "HOME");
    if (home.empty()) {
        throw ConfigError("environment: [server] " + std::string(key) +
                          ": HOME is not set, so there is no default; set this key to an absolute path");
    }
    return home;
}

}  // namespace

Environment process_environment() {
    Environment environment;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos)
            environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return environment;
}

std::string variable_name(std::string_view section, std::string_view key) {
    std::string name = "ZANHU_";
    name.append(section).append("_").append(key);
    for (char& c : name) {
        const auto code = static_cast<unsigned char>(c);
        c = Poco::Ascii::isAlphaNumeric(code) ? static_cast<char>(Poco::Ascii::toUpper(code)) : '_';
    }
    return name;
}

const VariableAlias* find_alias(const Environment& environment,
                                std::string_view section,
                                std::string_view key) {
    for (const auto& alias : k_aliases) {
        if (alias.section != section || alias.key != key) continue;
        const auto found = environment.find(alias.variable);
        if (found != environment.end() && !found->second.empty()) return &alias;
    }
    return nullptr;
}

std::string default_admin_socket(const Environment& environment, uid_t uid) {
    if (const auto given = first_directory(environment, "RUNTIME_DIRECTORY"); !given.empty()) {
        return given + "/admin.sock";
    }
    if (uid == 0) return "/run/zanhu/admin.sock";
    if (const auto runtime = absolute_directory(environment, "XDG_RUNTIME_DIR"); !runtime.empty()) {
        return runtime + "/zanhu-admin.sock";
    }
    return home_directory(environment, "admin_socket") + "/.zanhu/admin.sock";
}

std::string default_state_directory(const Environment& environment, uid_t uid) {
    if (auto given = first_directory(environment, "STATE_DIRECTORY"); !given.empty()) return given;
    if (uid == 0) return "/var/lib/zanhu";
    if (const auto state = absolute_directory(environment, "XDG_STATE_HOME"); !state.empty()) {
        return state + "/zanhu";
    }
    return home_directory(environment, "state_directory") + "/.local/state/zanhu";
}

}  // namespace zanhu::settings
