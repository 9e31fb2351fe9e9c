#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "cli/arguments.h"
#include "cli/failure.h"

namespace zanhu::cli {

class Context;

/// One command: how it is called, what --help says, and what it does. Each is a constant in a file of its
/// own.
struct Command {
    const char* name;       ///< one or two words
    const char* arguments;  ///< as help shows them: `NAME`
    std::size_t least;      ///< how many arguments
    std::size_t most;
    const char* summary;  ///< one line
    const char* details;  ///< more, or empty
    std::span<const OptionSpec> options;
    ExitCode (*run)(const Arguments& arguments, Context& context);
};

extern const Command k_user_add;
extern const Command k_user_list;
extern const Command k_user_show;
extern const Command k_user_set_password;
extern const Command k_user_enable;
extern const Command k_user_disable;
extern const Command k_user_delete;
extern const Command k_broadcast;
extern const Command k_status;
extern const Command k_doctor;
extern const Command k_config;
extern const Command k_version_command;
extern const Command k_help;

/// In the order in which help lists them.
std::span<const Command* const> all_commands();

/// What every command takes.
std::span<const OptionSpec> global_options();

/// The command at the front of `words`, which are moved on past it. Throws Failure (usage) that names the
/// commands there are.
const Command& find_command(std::span<const std::string>& words);

}  // namespace zanhu::cli
