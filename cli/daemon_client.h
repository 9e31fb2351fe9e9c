#pragma once

#include <optional>
#include <string>

#include "core/admin/message.h"

namespace zanhu::cli {

/// Sends one request to the daemon that listens on a Unix socket and waits for its answer. std::nullopt when
/// nobody listens there. Throws Failure when the daemon refuses, and when it cannot be asked or does not
/// answer in time.
std::optional<admin::Reply> ask_daemon(const std::string& socket, const admin::Request& request);

/// What is said when a command needs a daemon and there is none.
std::string no_daemon(const std::string& socket);

}  // namespace zanhu::cli
