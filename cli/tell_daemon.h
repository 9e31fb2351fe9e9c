#pragma once

#include <cstdint>
#include <string>

#include <zanhu/value.h>

#include "cli/context.h"
#include "core/admin/message.h"
#include "core/storage/account.h"

namespace zanhu::cli {

/// What came of telling the daemon about a changed account.
struct Told {
    bool daemon_running = false;
    std::int64_t sockets_closed = 0;

    /// `, 2 sockets closed` or `, no daemon is running`.
    std::string text() const;
    void add_to(ValueMap& map) const;
};

/// Has the running daemon close that user's sockets; no daemon is no error. `done` says what was changed in
/// the database already, for the message of the Failure that it throws when a daemon runs and cannot be told.
Told tell_daemon(Context& context,
                 const storage::Account& account,
                 admin::Change change,
                 const std::string& done);

}  // namespace zanhu::cli
