#include "cli/command.h"
#include "cli/set_active.h"

namespace zanhu::cli {

namespace {

ExitCode run(const Arguments& arguments, Context& context) {
    return set_active(arguments, context, true);
}

}  // namespace

const Command k_user_enable = {.name = "user enable",
                               .arguments = "NAME",
                               .least = 1,
                               .most = 1,
                               .summary = "lets a disabled user log in again",
                               .details = "Does nothing when the account is enabled.",
                               .options = {},
                               .run = run};

}  // namespace zanhu::cli
