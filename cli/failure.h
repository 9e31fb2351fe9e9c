#pragma once

#include <string>

#include <zanhu/errors.h>

namespace zanhu::cli {

/// What scripts can rely on; --help lists them.
enum class ExitCode : int {
    ok = 0,
    failed = 1,  ///< it could not be done: no such user, a weak password, an order that the daemon refused
    usage = 2,
    no_daemon = 3,
    database = 4,
    configuration = 78,  ///< sysexits' EX_CONFIG, as the daemon's
};

/// `usage`, `no_daemon` and so on: what --json calls it.
const char* name_of(ExitCode code) noexcept;

/// Ends the command with that code; what it says goes to standard error.
class Failure : public Error {
public:
    Failure(ExitCode code, const std::string& message) : Error(message), code_(code) {}
    ExitCode code() const noexcept { return code_; }

private:
    const ExitCode code_;
};

}  // namespace zanhu::cli
