#include "cli/help.h"

#include <Poco/Ascii.h>
#include <Poco/Util/HelpFormatter.h>

#include <ostream>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/option_set.h"
#include "cli/text.h"

namespace zanhu::cli {

namespace {

constexpr const char* k_exit_codes =
    "Exit codes: 0 done; 1 it could not be done, such as no such user; 2 wrong usage; 3 no daemon is "
    "running; 4 the database cannot be used; "
    "78 the configuration cannot be used.";
constexpr int k_width = 100;

void print_options(std::span<const OptionSpec> options,
                   const std::string& command,
                   const std::string& usage,
                   const std::string& header,
                   std::ostream& out) {
    const Poco::Util::OptionSet set = option_set(options);
    Poco::Util::HelpFormatter formatter(set);
    formatter.setWidth(k_width);
    formatter.setCommand(command);
    formatter.setUsage(usage);
    formatter.setHeader(header);
    formatter.setFooter(k_exit_codes);
    formatter.setUnixStyle(true);
    formatter.setAutoIndent();
    formatter.format(out);
}

ExitCode run_help(const Arguments& arguments, Context& context) {
    if (arguments.positional.empty()) {
        print_overview(context.out());
    } else {
        std::span<const std::string> words = arguments.positional;
        print_help(find_command(words), context.out());
    }
    return ExitCode::ok;
}

}  // namespace

void print_overview(std::ostream& out) {
    Table commands;
    for (const Command* command : all_commands()) {
        const std::string call = std::string(command->name) + " " + command->arguments;
        commands.add_row({"  " + call, command->summary});
    }
    out << "zanhu-admin: users and broadcasts of zanhu\n\ncommands:\n";
    commands.print(out);
    out << "\n`zanhu-admin COMMAND --help` says more about each.\n\n";
    print_options(global_options(), "zanhu-admin", "[OPTIONS] COMMAND ...", "Options of every command:", out);
}

void print_help(const Command& command, std::ostream& out) {
    std::vector<OptionSpec> options(command.options.begin(), command.options.end());
    options.insert(options.end(), global_options().begin(), global_options().end());
    std::string header = command.summary + std::string(".");
    header.front() = static_cast<char>(Poco::Ascii::toUpper(header.front()));
    if (*command.details != '\0') header += std::string(" ") + command.details;
    print_options(options,
                  "zanhu-admin " + std::string(command.name),
                  "[OPTIONS] " + std::string(command.arguments),
                  header,
                  out);
}

const Command k_help = {.name = "help",
                        .arguments = "[COMMAND]",
                        .least = 0,
                        .most = 2,
                        .summary = "says how a command is used",
                        .details = "",
                        .options = {},
                        .run = run_help};

}  // namespace zanhu::cli
