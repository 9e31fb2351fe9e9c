#pragma once

#include "cli/arguments.h"
#include "cli/failure.h"

namespace zanhu::cli {

class Context;

/// What `user enable` and `user disable` have in common.
ExitCode set_active(const Arguments& arguments, Context& context, bool active);

}  // namespace zanhu::cli
