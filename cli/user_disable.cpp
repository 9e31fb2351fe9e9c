#include "cli/command.h"
#include "cli/set_active.h"

namespace zanhu::cli {

namespace {

ExitCode run(const Arguments& arguments, Context& context) {
    return set_active(arguments, context, false);
}

}  // namespace

const Command k_user_disable = {
    .name = "user disable",
    .arguments = "NAME",
    .least = 1,
    .most = 1,
    .summary = "keeps a user from logging in",
    .details =
        "Sessions end, and a running daemon closes the user's sockets. The account and its messages stay.",
    .options = {},
    .run = run};

}  // namespace zanhu::cli
