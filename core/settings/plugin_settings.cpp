#include "core/settings/plugin_settings.h"

#include <dlfcn.h>

#include <filesystem>

#include "core/settings/settings.h"

namespace zanhu::settings {

PluginSettings PluginSettings::from(const Settings& settings) {
    const ConfigView view = settings.section("plugins");
    Problems problems;
    std::string directory = view.text("directory");
    if (directory.empty()) {
        directory = default_plugin_directory();
    } else if (!directory.starts_with('/')) {
        problems.add(settings.describe(
            "plugins", "directory", "`" + directory + "` is relative; write an absolute path"));
    }
    PluginSettings plugins;
    for (const std::string& entry : view.list("load")) {
        if (entry.starts_with('/')) {
            plugins.files.push_back(entry);
        } else if (entry.find('/') == std::string::npos) {
            plugins.files.push_back(directory + "/" + entry + (entry.ends_with(".so") ? "" : ".so"));
        } else {
            problems.add(
                settings.describe("plugins",
                                  "load",
                                  "`" + entry +
                                      "` is a relative path; write an absolute one, or the name alone for a "
                                      "library in [plugins] directory"));
        }
    }
    problems.raise_if_any();
    return plugins;
}

std::string default_plugin_directory() {
    Dl_info info{};
    // Any object of libzanhu.so tells where that library is.
    static const char here = 0;
    if (::dladdr(&here, &info) == 0 || info.dli_fname == nullptr) return {};
    std::error_code error;
    const auto library = std::filesystem::canonical(info.dli_fname, error);
    return error ? std::string() : (library.parent_path() / "zanhu").string();
}

}  // namespace zanhu::settings
