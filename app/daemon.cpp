#include "app/daemon.h"

#include <Poco/Logger.h>
#include <Poco/Util/HelpFormatter.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <zanhu/errors.h>

#include "app/demo.h"
#include "app/logging.h"
#include "app/mapping.h"
#include "app/runtime.h"
#include "app/signals.h"
#include "core/base/version.h"
#include "core/settings/demo.h"
#include "core/settings/typed.h"

namespace zanhu::app {

namespace {

constexpr std::chrono::hours k_between_tidies{1};

void announce(const Runtime& runtime, bool demo) {
    for (const std::string& address : runtime.addresses()) {
        Poco::Logger::get("zanhu").notice("zanhu " + std::string(k_version) + " listens on " + address);
    }
    if (!demo) return;
    std::cout << "\nThis is a demo, on this machine only: its passwords are known to everybody.\n";
    for (const std::string& address : runtime.addresses())
        std::cout << "  open      http://" << address << "/\n";
    std::cout << "  accounts  alice and bob, password " << k_demo_password << "\n"
              << "  data      " << settings::ServerSettings::from(runtime.settings()).state_directory << "\n"
              << "  stop      Ctrl-C\n"
              << std::endl;
}

}  // namespace

void Daemon::defineOptions(Poco::Util::OptionSet& options) {
    ServerApplication::defineOptions(options);
    using Poco::Util::Option;
    options.addOption(
        Option("config", "c", "the configuration file (INI, or JSON by its name)").argument("FILE"));
    options.addOption(Option("check-config", "", "check the configuration, say what is wrong, and end"));
    options.addOption(Option("demo", "", "try it out: two accounts, a database of its own, loopback only"));
    options.addOption(Option("help", "h", "show this and end"));
    options.addOption(Option("version", "", "show the version and end"));
}

void Daemon::handleOption(const std::string& name, const std::string& value) {
    ServerApplication::handleOption(name, value);
    if (name == "config") config_file_ = value;
    if (name == "check-config") check_ = true;
    if (name == "demo") demo_ = true;
    if (name == "version") version_ = true;
    if (name == "help") help_ = true;
    if (help_ || version_) stopOptionsProcessing();
}

settings::LoadOptions Daemon::load_options() const {
    settings::LoadOptions options;
    options.file = config_file_;
    if (demo_) options.overrides = settings::demo_overrides(options.environment);
    return options;
}

void Daemon::show_help() const {
    Poco::Util::HelpFormatter formatter(options());
    formatter.setCommand("zanhu");
    formatter.setUsage("[--config FILE] [--daemon [--pidfile FILE]] [--check-config] [--demo]");
    formatter.setHeader(
        "The WebSocket tier of a Django site. Without --config it uses $ZANHU_CONFIG, or the defaults.");
    formatter.setFooter(
        "Signals: TERM ends it (twice: at once), HUP reads the configuration again, USR1 reopens the log "
        "file.");
    formatter.format(std::cout);
}

int Daemon::main(const std::vector<std::string>& arguments) {
    if (help_) {
        show_help();
        return EXIT_OK;
    }
    if (version_) {
        std::cout << "zanhu " << k_version << "\n";
        return EXIT_OK;
    }
    if (!arguments.empty()) {
        std::cerr << "zanhu: '" << arguments.front() << "' is no option; see zanhu --help\n";
        return EXIT_USAGE;
    }
    try {
        return check_ ? check_config() : run_foreground();
    } catch (const ConfigError& error) {
        std::cerr << error.what() << "\n";
        return k_exit_config;
    } catch (const StorageError& error) {
        std::cerr << error.what() << "\n";
        return k_exit_storage;
    }
}

int Daemon::check_config() {
    const Runtime runtime(load_options(), demo_);
    listen_addresses(runtime.settings(), demo_);
    const std::string& file = runtime.settings().file();
    std::cout << (file.empty() ? "the built-in configuration" : file) << " is in order\n";
    return EXIT_OK;
}

int Daemon::run_foreground() {
    Runtime runtime(load_options(), demo_);
    set_up_logging(settings::LoggingSettings::from(runtime.settings()));
    runtime.start();
    announce(runtime, demo_);
    for (;;) {
        const auto request = wait_for_signal(k_between_tidies);
        if (!request) runtime.tidy();
        if (request == SignalRequest::reload) runtime.reload();
        if (request == SignalRequest::reopen_logs) reopen_log_file();
        if (request == SignalRequest::terminate) break;
    }
    if (runtime.shut_down()) return EXIT_OK;
    std::cout.flush();
    std::_Exit(EXIT_TEMPFAIL);
}

}  // namespace zanhu::app
