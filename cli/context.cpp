#include "cli/context.h"

#include <filesystem>
#include <ostream>

#include "cli/daemon_client.h"
#include "core/settings/demo.h"
#include "core/settings/typed.h"

namespace zanhu::cli {

Context::Context(const Arguments& arguments, std::ostream& out) : arguments_(arguments), out_(out) {}

Context::~Context() = default;

void Context::print_json(const ValueMap& map) const {
    out_ << to_json(map) << '\n';
}

const settings::Settings& Context::settings() {
    if (settings_) return *settings_;
    settings::LoadOptions options;
    options.file = arguments_.value("config");
    options.secret_key = settings::SecretKey::optional;
    if (arguments_.has("demo")) options.overrides = settings::demo_overrides(options.environment);
    if (arguments_.has("socket")) {
        const std::string path =
            std::filesystem::absolute(arguments_.value("socket")).lexically_normal().string();
        options.overrides.push_back({"server", "admin_socket", path, "--socket"});
    }
    settings_ = settings::Settings::load(options);
    return *settings_;
}

Accounts& Context::accounts(MissingDatabase missing) {
    if (accounts_ != nullptr) return *accounts_;
    if (missing == MissingDatabase::create && arguments_.has("demo"))
        settings::make_demo_files(settings().environment());
    accounts_ = std::make_unique<Accounts>(settings(), missing);
    return *accounts_;
}

const std::string& Context::admin_socket() {
    if (admin_socket_.empty()) admin_socket_ = settings::ServerSettings::from(settings()).admin_socket;
    return admin_socket_;
}

std::optional<admin::Reply> Context::ask_daemon(const admin::Request& request) {
    return cli::ask_daemon(admin_socket(), request);
}

}  // namespace zanhu::cli
