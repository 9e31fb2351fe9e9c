#include "cli/command.h"

#include <array>
#include <string>
#include <string_view>

namespace zanhu::cli {

namespace {

constexpr std::array<const Command*, 13> k_commands = {&k_user_add,
                                                       &k_user_list,
                                                       &k_user_show,
                                                       &k_user_set_password,
                                                       &k_user_enable,
                                                       &k_user_disable,
                                                       &k_user_delete,
                                                       &k_broadcast,
                                                       &k_status,
                                                       &k_doctor,
                                                       &k_config,
                                                       &k_version_command,
                                                       &k_help};

constexpr std::array k_global = {
    OptionSpec{.name = "config",
               .short_name = "c",
               .argument = "FILE",
               .help = "the daemon's configuration file; else $ZANHU_CONFIG, else the defaults"},
    OptionSpec{.name = "demo", .help = "work on the demo, as `zanhu --demo` does"},
    OptionSpec{
        .name = "socket", .argument = "PATH", .help = "the admin socket, instead of [server] admin_socket"},
    OptionSpec{.name = "json", .help = "print JSON, errors on standard error too"},
    OptionSpec{.name = "help", .short_name = "h", .help = "say how it is used, and end"},
    OptionSpec{.name = "version", .help = "print the version, and end"},
};

/// The second words of the commands that begin with this one.
std::string ways_to_go_on(std::string_view first) {
    std::string ways;
    for (const Command* command : k_commands) {
        const std::string_view name = command->name;
        if (!name.starts_with(std::string(first) + " ")) continue;
        ways += (ways.empty() ? "" : ", ") + std::string(name.substr(first.size() + 1));
    }
    return ways;
}

}  // namespace

std::span<const Command* const> all_commands() {
    return k_commands;
}

std::span<const OptionSpec> global_options() {
    return k_global;
}

const Command& find_command(std::span<const std::string>& words) {
    if (words.empty()) throw Failure(ExitCode::usage, "no command was given; see zanhu-admin --help");
    const std::string two = words.size() > 1 ? words[0] + " " + words[1] : std::string();
    for (const Command* command : k_commands) {
        const bool one_word = command->name == words[0];
        if (!one_word && command->name != two) continue;
        words = words.subspan(one_word ? 1 : 2);
        return *command;
    }
    if (const std::string ways = ways_to_go_on(words[0]); !ways.empty()) {
        throw Failure(ExitCode::usage, "after `" + words[0] + "` comes one of: " + ways);
    }
    throw Failure(ExitCode::usage, "there is no command '" + words[0] + "'; zanhu-admin --help lists them");
}

}  // namespace zanhu::cli
