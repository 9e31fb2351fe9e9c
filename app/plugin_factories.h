#pragma once

#include <memory>
#include <string>

#include <zanhu/components.h>
#include <zanhu/plugin.h>

namespace zanhu::app {

// Factories of a plugin's class. Whatever the plugin's own code throws in them becomes a ConfigError that
// names the class and its library (`who`), and a null where an object is due is one too. `entry` is the
// loader's and outlives them. Throw ConfigError when the plugin's factory cannot be made. Main thread.
std::unique_ptr<MiddlewareFactory> make_plugin_middleware(const PluginClass& entry, std::string who);
std::unique_ptr<ApplicationFactory> make_plugin_application(const PluginClass& entry, std::string who);
/// Null when the class is no converter.
std::shared_ptr<const Converter> make_plugin_converter(const PluginClass& entry, const std::string& who);

}  // namespace zanhu::app
