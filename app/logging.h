#pragma once

#include <string>

#include "core/settings/typed.h"

namespace zanhu::app {

/// Sends all loggers to the configured place in the configured form, and installs the handler of errors in
/// threads of POCO's. Main thread.
void set_up_logging(const settings::LoggingSettings& settings);

/// For SIGHUP and SIGUSR1. Any thread.
void set_log_level(const std::string& level);
void reopen_log_file();

}  // namespace zanhu::app
