#pragma once

#include <string>
#include <vector>

namespace zanhu::settings {

class Settings;

/// [plugins].
struct PluginSettings {
    std::vector<std::string> files;  ///< absolute paths, in the order of the list

    /// Throws ConfigError for what is neither an absolute path nor a name.
    static PluginSettings from(const Settings& settings);
};

/// Where plugins are when no setting says otherwise: the folder `zanhu` beside libzanhu.so, wherever that was
/// installed.
std::string default_plugin_directory();

}  // namespace zanhu::settings
