#pragma once

#include <string>

#include "core/settings/settings.h"

namespace zanhu::app {

/// Says whether the log's file could be opened, without making it: its directory must be there, or be the
/// state directory, which the daemon makes itself. Throws ConfigError.
void check_log_file(const settings::Settings& settings);

/// Sends all loggers to the configured place in the configured form, and installs the handler of errors in
/// threads of POCO's. Main thread. Throws ConfigError when the file cannot be opened.
void set_up_logging(const settings::Settings& settings);

/// Whether the log goes to a file, not to standard error. Main thread.
bool logs_to_file();

/// For SIGHUP and SIGUSR1. The main thread. A file that cannot be opened again is an error in the log.
void set_log_level(const std::string& level);
void reopen_log_file();

}  // namespace zanhu::app
