#include "core/base/version.h"

#include <cstdint>
#include <ostream>

#include <zanhu/plugin.h>

#include "cli/command.h"
#include "cli/context.h"

namespace zanhu::cli {

namespace {

ExitCode run(const Arguments&, Context& context) {
    if (context.json()) {
        context.print_json(ValueMap()
                               .set("version", k_version)
                               .set("plugin_abi", std::int64_t{k_plugin_abi})
                               .set("plugin_compiler", k_plugin_compiler));
    } else {
        context.out() << "zanhu-admin " << k_version << "\nplugin ABI " << k_plugin_abi << ", "
                      << k_plugin_compiler << "\n";
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
