#include "core/base/version.h"

#include <ostream>

#include "cli/command.h"
#include "cli/context.h"

namespace zanhu::cli {

namespace {

ExitCode run(const Arguments&, Context& context) {
    if (context.json()) {
        context.print_json(ValueMap().set("version", k_version));
    } else {
        context.out() << "zanhu-admin " << k_version << "\n";
    }
    return ExitCode::ok;
}

}  // namespace

const Command k_version_command = {.name = "version",
                                   .arguments = "",
                                   .least = 0,
                                   .most = 0,
                                   .summary = "prints the version of this program",
                                   .details = "",
                                   .options = {},
                                   .run = run};

}  // namespace zanhu::cli
