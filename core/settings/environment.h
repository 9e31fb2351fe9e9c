#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <string_view>

namespace zanhu::settings {

using Environment = std::map<std::string, std::string, std::less<>>;

/// The variables of this process. Call it before other threads may change them.
Environment process_environment();

/// The variable that overrides a key: `ZANHU_`, section, `_`, key, in capitals; every other character, such
/// as the dot of `route.room`, becomes `_`: ZANHU_SITE_SECRET_KEY, ZANHU_ROUTE_ROOM_PATH.
std::string variable_name(std::string_view section, std::string_view key);

/// Variables that are read under the names that Django deployments use, when the ZANHU_ one is not set.
/// Empty texts count as not set.
struct VariableAlias {
    std::string_view variable;
    std::string_view section;
    std::string_view key;
};

/// The alias that is set for this key, or null. DJANGO_SECRET_KEY comes before SECRET_KEY.
const VariableAlias* find_alias(const Environment& environment,
                                std::string_view section,
                                std::string_view key);

/// The two ZANHU_ variables that are no keys: the configuration file when no option names it, and the demo's
/// directory.
inline constexpr std::string_view k_file_variable = "ZANHU_CONFIG";
inline constexpr std::string_view k_demo_variable = "ZANHU_DEMO_DIR";

/// Where daemon and zanhu-admin meet when `[server] admin_socket` is empty: `admin.sock` in
/// $RUNTIME_DIRECTORY (systemd), /run/zanhu/admin.sock for root, else $XDG_RUNTIME_DIR/zanhu-admin.sock, else
/// ~/.zanhu/admin.sock. Throws ConfigError when there is no home directory either.
std::string default_admin_socket(const Environment& environment, uid_t uid);

/// Where relative paths begin when `[server] state_directory` is empty: $STATE_DIRECTORY (systemd),
/// /var/lib/zanhu for root, else $XDG_STATE_HOME/zanhu, else ~/.local/state/zanhu. Throws as above.
std::string default_state_directory(const Environment& environment, uid_t uid);

}  // namespace zanhu::settings
