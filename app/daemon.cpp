#include "app/daemon.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Util/HelpFormatter.h>
#include <sys/stat.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <sstream>

#include <zanhu/errors.h>
#include <zanhu/plugin.h>

#include "app/background.h"
#include "app/demo.h"
#include "app/logging.h"
#include "app/mapping.h"
#include "app/runtime.h"
#include "app/signals.h"
#include "app/tls.h"
#include "core/base/version.h"
#include "core/settings/demo.h"
#include "core/settings/typed.h"

namespace zanhu::app {

namespace {

constexpr std::chrono::hours k_between_tidies{1};
constexpr mode_t k_background_umask = 027;  // what the daemon makes is not for other users

void announce(const Runtime& runtime, bool demo) {
    for (const std::string& address : runtime.monitor_addresses())
        Poco::Logger::get("zanhu").notice("metrics are at http://" + address + "/metrics");
    for (const auto& [address, tls] : runtime.bound()) {
        Poco::Logger::get("zanhu").notice("zanhu " + std::string(k_version) + " listens on " + address +
                                          (tls ? " with TLS" : ""));
    }
    if (!demo) return;
    std::cout << "\nThis is a demo, on this machine only: its passwords are known to everybody.\n";
    for (const auto& [address, tls] : runtime.bound())
        std::cout << "  open      " << (tls ? "https://" : "http://") << address << "/\n";
    for (const std::string& address : runtime.monitor_addresses())
        std::cout << "  metrics   http://" << address << "/metrics\n";
    std::cout << "  accounts  alice and bob, password " << k_demo_password << "\n"
              << "  data      " << settings::ServerSettings::from(runtime.settings()).state_directory << "\n"
              << "  stop      Ctrl-C\n"
              << std::endl;
}

/// On the terminal, and in the log when that is a file.
int report(const std::string& problems, int exit_code) {
    std::istringstream lines(problems);
    std::string line;
    while (std::getline(lines, line)) {
        std::cerr << line << "\n";
        if (logs_to_file()) Poco::Logger::get("zanhu").fatal(line);
    }
    std::cerr.flush();
    return exit_code;
}

/// With --daemon the process leaves its directory.
std::string absolute(const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
}

}  // namespace

Daemon::Daemon() {
    setUnixOptions(true);
}

void Daemon::defineOptions(Poco::Util::OptionSet& options) {
    ServerApplication::defineOptions(options);
    using Poco::Util::Option;
    options.addOption(
        Option("config", "c", "the configuration file (INI, or JSON by its name)").argument("FILE"));
    options.addOption(Option("check-config", "", "check the configuration, say what is wrong, and end"));
    options.addOption(Option("demo", "", "try it out: two accounts, a database of its own, loopback only"));
    options.addOption(
        Option("layer", "", "zanhu worker: the channel layer to receive from").argument("ALIAS"));
    options.addOption(Option("help", "h", "show this and end"));
    options.addOption(Option("version", "", "show the version and end"));
}

void Daemon::handleOption(const std::string& name, const std::string& value) {
    if (name == "daemon") {
        in_background_ = true;
    } else if (name == "pidfile") {
        pid_file_ = absolute(value);
    } else {
        ServerApplication::handleOption(name, value);
    }
    if (name == "config") config_file_ = absolute(value);
    if (name == "layer") layer_ = value;
    if (name == "umask") umask_given_ = true;
    if (name == "check-config") check_ = true;
    if (name == "demo") demo_ = true;
    if (name == "version") version_ = true;
    if (name == "help") help_ = true;
    if (help_ || version_) stopOptionsProcessing();
}

settings::LoadOptions Daemon::load_options() const {
    settings::LoadOptions options;
    options.file = config_file_;
    if (!demo_) return options;
    options.overrides = settings::demo_overrides(options.environment);
    // The check makes no files, and the demo's key is one.
    if (check_) options.secret_key = settings::SecretKey::optional;
    return options;
}

void Daemon::show_help() const {
    Poco::Util::HelpFormatter formatter(options());
    formatter.setCommand("zanhu");
    formatter.setUsage(
        "[worker NAME...] [--config FILE] [--daemon [--pidfile FILE]] [--check-config] [--demo]");
    formatter.setHeader(
        "The WebSocket tier of a Django site. Without --config it uses $ZANHU_CONFIG, or the defaults. "
        "`zanhu worker NAME...` runs workers of [workers] list, which receive from channels, and listens "
        "nowhere.");
    formatter.setFooter(
        "Signals: TERM ends it (twice: at once), HUP reads the configuration again, USR1 reopens the log "
        "file.\n\nWith --daemon the shell waits until the daemon listens, or sees why it does not; "
        "[logging] file must be set.");
    formatter.format(std::cout);
}

int Daemon::main(const std::vector<std::string>& arguments) {
    if (help_) {
        show_help();
        return EXIT_OK;
    }
    if (version_) {
        std::cout << "zanhu " << k_version << "\nplugin ABI " << k_plugin_abi << ", " << k_plugin_compiler
                  << "\n";
        return EXIT_OK;
    }
    if (!take_arguments(arguments)) return EXIT_USAGE;
    try {
        return carry_out();
    } catch (const ConfigError& error) {
        return report(error.what(), k_exit_config);
    } catch (const StorageError& error) {
        return report(error.what(), k_exit_storage);
    } catch (const Poco::Exception& error) {
        return report("zanhu: " + error.displayText(), EXIT_SOFTWARE);
    } catch (const std::exception& error) {
        return report(std::string("zanhu: ") + error.what(), EXIT_SOFTWARE);
    }
}

bool Daemon::take_arguments(const std::vector<std::string>& arguments) {
    const bool worker = !arguments.empty() && arguments.front() == "worker";
    if (worker) workers_.assign(arguments.begin() + 1, arguments.end());
    if (!arguments.empty() && !worker) {
        std::cerr << "zanhu: '" << arguments.front() << "' is no option; see zanhu --help\n";
    } else if (worker && workers_.empty()) {
        std::cerr << "zanhu worker: name the channels to work on, as in [workers] list\n";
    } else if (!worker && !layer_.empty()) {
        std::cerr << "zanhu: --layer goes with `zanhu worker NAME...`; see zanhu --help\n";
    } else {
        return true;
    }
    return false;
}

void Daemon::announce_start(const Runtime& runtime) const {
    if (workers_.empty()) return announce(runtime, demo_);
    std::string names;
    for (const std::string& name : workers_)
        names += (names.empty() ? "" : ", ") + name;
    Poco::Logger::get("zanhu").notice("zanhu " + std::string(k_version) + " works on " + names);
}

int Daemon::carry_out() {
    if (check_) return check_config();
    return in_background_ ? run_in_background() : serve(nullptr);
}

int Daemon::check_config() {
    const Runtime runtime(load_options(), demo_);
    if (!workers_.empty()) runtime.check_named_workers(workers_);
    listen_points(runtime.settings(), demo_);
    make_tls_context(runtime.settings());
    check_log_file(runtime.settings());
    const std::string& file = runtime.settings().file();
    std::cout << (file.empty() ? "the built-in configuration" : file) << " is in order\n";
    return EXIT_OK;
}

int Daemon::run_in_background() {
    Background background;
    if (background.side() == Background::Side::shell) return background.exit_code();
    if (!umask_given_) ::umask(k_background_umask);
    return serve(&background);
}

int Daemon::serve(Background* background) {
    const settings::LoadOptions options = load_options();
    if (demo_) settings::make_demo_files(options.environment);
    Runtime runtime(options, demo_);
    if (background != nullptr && settings::LoggingSettings::from(runtime.settings()).file.empty()) {
        throw ConfigError(runtime.settings().describe(
            "logging", "file", "is empty, so with --daemon the log would go nowhere; set it to a file"));
    }
    set_up_logging(runtime.settings());
    if (workers_.empty()) {
        runtime.start();
    } else {
        runtime.start_workers(workers_, layer_);
    }
    std::optional<PidFile> pid_file;
    if (!pid_file_.empty()) pid_file.emplace(pid_file_);
    announce_start(runtime);
    if (background != nullptr) background->serve();
    for (;;) {
        const auto request = wait_for_signal(k_between_tidies);
        if (!request && workers_.empty()) runtime.tidy();
        if (request == SignalRequest::reload) runtime.reload();
        if (request == SignalRequest::reopen_logs) reopen_log_file();
        if (request == SignalRequest::terminate) break;
    }
    if (runtime.shut_down()) return EXIT_OK;
    pid_file.reset();
    std::cout.flush();
    std::_Exit(EXIT_TEMPFAIL);
}

}  // namespace zanhu::app
