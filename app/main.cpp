// The daemon. Signals are blocked before any thread exists, so that every thread inherits that.
#include <Poco/Util/OptionException.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "app/daemon.h"
#include "app/signals.h"
#include "core/settings/environment.h"

namespace {

/// With --daemon the process leaves its directory.
void make_config_variable_absolute() {
    const std::string variable(zanhu::settings::k_file_variable);
    const char* file = std::getenv(variable.c_str());
    if (file == nullptr || *file == '\0') return;
    ::setenv(variable.c_str(), std::filesystem::absolute(file).c_str(), 1);
}

/// Not through POCO's run(argc, argv), which would call wrong usage a bad configuration.
int run(int argc, char** argv) {
    make_config_variable_absolute();
    zanhu::app::Daemon daemon;
    try {
        daemon.init(argc, argv);
    } catch (const Poco::Util::OptionException& error) {
        std::cerr << "zanhu: " << error.displayText() << "; see zanhu --help\n";
        return Poco::Util::Application::EXIT_USAGE;
    }
    return static_cast<Poco::Util::Application&>(daemon).run();
}

}  // namespace

int main(int argc, char** argv) {
    zanhu::app::block_signals();
    try {
        return run(argc, argv);
    } catch (const Poco::Exception& error) {
        std::cerr << "zanhu: " << error.displayText() << "\n";
    } catch (const std::exception& error) {
        std::cerr << "zanhu: " << error.what() << "\n";
    }
    return Poco::Util::Application::EXIT_SOFTWARE;
}
