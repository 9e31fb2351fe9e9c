// The daemon. Signals are blocked before any thread exists, so that every thread inherits that.
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "app/daemon.h"
#include "app/signals.h"

namespace {

/// With --daemon POCO leaves the terminal before it has read the configuration, so whoever typed the command
/// would never see what is wrong with it: the same command line is checked in the foreground first.
int check_first(std::vector<std::string> arguments) {
    std::erase_if(arguments, [](const std::string& argument) {
        return argument == "--daemon" || argument.starts_with("--pidfile") || argument.starts_with("--umask");
    });
    arguments.emplace_back("--check-config");
    std::vector<char*> raw;
    for (std::string& argument : arguments)
        raw.push_back(argument.data());
    raw.push_back(nullptr);
    pid_t child = 0;
    int status = 0;
    if (::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, raw.data(), environ) != 0) return 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/// POCO goes to the root directory with --daemon, so a relative file would not be found any more.
void make_config_absolute(std::vector<std::string>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string& argument = arguments[i];
        if (argument.starts_with("--config=")) {
            argument = "--config=" + std::filesystem::absolute(argument.substr(9)).string();
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    zanhu::app::block_signals();
    std::vector<std::string> arguments(argv, argv + argc);
    // POCO takes an option's value behind `=`; a space is what everybody types.
    for (std::size_t i = 1; i + 1 < arguments.size(); ++i) {
        if (arguments[i] != "--config" && arguments[i] != "--pidfile") continue;
        arguments[i] += "=" + arguments[i + 1];
        arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
    make_config_absolute(arguments);
    const bool in_background = std::find(arguments.begin(), arguments.end(), "--daemon") != arguments.end();
    if (in_background) {
        if (const int status = check_first(arguments); status != 0) return status;
    }
    std::vector<char*> raw;
    for (std::string& argument : arguments)
        raw.push_back(argument.data());
    raw.push_back(nullptr);
    try {
        zanhu::app::Daemon daemon;
        return daemon.run(static_cast<int>(arguments.size()), raw.data());
    } catch (const Poco::Exception& error) {
        std::cerr << "zanhu: " << error.displayText() << "\n";
    } catch (const std::exception& error) {
        std::cerr << "zanhu: " << error.what() << "\n";
    }
    return Poco::Util::Application::EXIT_SOFTWARE;
}
