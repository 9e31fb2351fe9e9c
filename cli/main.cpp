// zanhu-admin: users and broadcasts from the command line.
#include <Poco/Exception.h>

#include <algorithm>
#include <clocale>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <zanhu/errors.h>
#include <zanhu/forms.h>
#include <zanhu/value.h>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/help.h"
#include "cli/text.h"

namespace zanhu::cli {

namespace {

/// One line for each problem, or one JSON object.
ExitCode report(ExitCode code, const std::string& message, bool json) {
    if (json) {
        ValueMap map;
        map.set("error", name_of(code))
            .set("exit_code", static_cast<int>(code))
            .set("message", is_utf8(message) ? message : printable(message));
        std::cerr << to_json(map) << '\n';
        return code;
    }
    std::istringstream lines(message);
    std::string line;
    while (std::getline(lines, line))
        std::cerr << "zanhu-admin: " << printable(line) << '\n';
    return code;
}

void check_count(const Command& command, const Arguments& arguments) {
    const std::size_t count = arguments.positional.size();
    if (count >= command.least && count <= command.most) return;
    const std::string usage = ": zanhu-admin " + std::string(command.name) + " " + command.arguments;
    if (count < command.least) throw Failure(ExitCode::usage, "an argument is missing" + usage);
    throw Failure(
        ExitCode::usage,
        "too many arguments" + usage + (command.most > 0 ? "; quote an argument that has blanks" : ""));
}

ExitCode run_command(std::span<const std::string> words, Arguments leading) {
    const bool version = words.empty() && leading.has("version");
    const Command& command = version ? k_version_command : find_command(words);
    std::vector<OptionSpec> options(command.options.begin(), command.options.end());
    options.insert(options.end(), global_options().begin(), global_options().end());
    Arguments arguments = parse_all(options, words);
    arguments.options.merge(leading.options);
    if (arguments.has("help")) {
        print_help(command, std::cout);
        return ExitCode::ok;
    }
    check_count(command, arguments);
    Context context(arguments, std::cout);
    return (arguments.has("version") ? k_version_command : command).run(arguments, context);
}

ExitCode run(std::span<const std::string> words) {
    Arguments leading = parse_leading(global_options(), words);
    if (leading.has("help") && words.empty()) {
        print_overview(std::cout);
        return ExitCode::ok;
    }
    const ExitCode code = run_command(words, std::move(leading));
    std::cout.flush();
    if (!std::cout) throw Failure(ExitCode::failed, "the output could not be written");
    return code;
}

ExitCode run_reported(const std::vector<std::string>& words) {
    const bool json = std::ranges::find(words, "--json") != words.end();
    try {
        return run(words);
    } catch (const Failure& failure) {
        return report(failure.code(), failure.what(), json);
    } catch (const ConfigError& error) {
        return report(ExitCode::configuration, error.what(), json);
    } catch (const StorageError& error) {
        return report(ExitCode::database, error.what(), json);
    } catch (const Poco::Exception& error) {
        return report(ExitCode::failed, error.displayText(), json);
    } catch (const std::exception& error) {
        return report(ExitCode::failed, error.what(), json);
    }
}

}  // namespace

}  // namespace zanhu::cli

int main(int argc, char** argv) {
    // For the width of characters alone: what is read and written is UTF-8 whatever the locale.
    std::setlocale(LC_CTYPE, "C.UTF-8");
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    return static_cast<int>(zanhu::cli::run_reported(words));
}
