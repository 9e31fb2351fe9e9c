#pragma once

#include <string>

namespace zanhu::app {

/// Opens a plugin's library for good, with every symbol resolved: a missing one is an error here and no crash
/// later. Checks that it exports the ABI of this daemon and a manifest. Main thread. Throws ConfigError with
/// what is wrong and what to do.
void open_plugin_library(const std::string& file);

}  // namespace zanhu::app
