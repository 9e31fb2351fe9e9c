#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include <zanhu/value.h>

#include "cli/accounts.h"
#include "cli/arguments.h"
#include "core/admin/message.h"
#include "core/settings/settings.h"

namespace zanhu::cli {

/// What commands work with: the settings in force, the database, the daemon; each opened when it is first
/// asked for. Owned by main(); one thread.
class Context {
public:
    /// `arguments` are those of the global options; they and `out` must outlive it.
    Context(const Arguments& arguments, std::ostream& out);
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context();

    bool json() const { return arguments_.has("json"); }
    std::ostream& out() const noexcept { return out_; }
    void print_json(const ValueMap& map) const;

    /// Throws ConfigError.
    const settings::Settings& settings();
    /// Throws ConfigError, StorageError.
    Accounts& accounts(MissingDatabase missing = MissingDatabase::refuse);
    /// The running daemon's answer; std::nullopt when none runs. Throws Failure for a Refusal and when it
    /// cannot be asked.
    std::optional<admin::Reply> ask_daemon(const admin::Request& request);
    const std::string& admin_socket();

private:
    const Arguments& arguments_;
    std::ostream& out_;
    std::optional<settings::Settings> settings_;
    std::string admin_socket_;
    std::unique_ptr<Accounts> accounts_;
};

}  // namespace zanhu::cli
