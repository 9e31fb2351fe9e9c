#include "cli/failure.h"

namespace zanhu::cli {

const char* name_of(ExitCode code) noexcept {
    switch (code) {
        case ExitCode::ok:
            return "ok";
        case ExitCode::failed:
            return "failed";
        case ExitCode::usage:
            return "usage";
        case ExitCode::no_daemon:
            return "no_daemon";
        case ExitCode::database:
            return "database";
        case ExitCode::configuration:
            return "configuration";
    }
    return "failed";
}

}  // namespace zanhu::cli
