#pragma once

#include <Poco/Util/ServerApplication.h>

#include <string>
#include <vector>

#include "app/background.h"
#include "core/settings/settings.h"

namespace zanhu::app {

class Runtime;

/// The daemon, or `zanhu worker`, as POCO runs it: options of the command line, foreground or --daemon, exit
/// codes. Its main() runs on the process's first thread.
class Daemon final : public Poco::Util::ServerApplication {
public:
    /// Exit codes besides POCO's: sysexits' EX_CONFIG, and EX_UNAVAILABLE when the database cannot be used.
    static constexpr int k_exit_config = 78;
    static constexpr int k_exit_storage = 69;

    Daemon();

protected:
    void defineOptions(Poco::Util::OptionSet& options) override;
    void handleOption(const std::string& name, const std::string& value) override;
    int main(const std::vector<std::string>& arguments) override;

private:
    /// False for arguments that are none of ours, which it reports.
    bool take_arguments(const std::vector<std::string>& arguments);
    void announce_start(const Runtime& runtime) const;
    int carry_out();
    int run_in_background();
    int serve(Background* background);
    int check_config();
    void show_help() const;
    settings::LoadOptions load_options() const;

    std::string config_file_;
    std::string pid_file_;
    std::vector<std::string> workers_;  // of `zanhu worker`; empty: the daemon
    std::string layer_;                 // of --layer
    bool in_background_ = false;
    bool umask_given_ = false;
    bool demo_ = false;
    bool check_ = false;
    bool help_ = false;
    bool version_ = false;
};

}  // namespace zanhu::app
