#include "cli/set_active.h"

#include <ostream>

#include "cli/accounts.h"
#include "cli/context.h"
#include "cli/tell_daemon.h"
#include "cli/text.h"

namespace zanhu::cli {

ExitCode set_active(const Arguments& arguments, Context& context, bool active) {
    Accounts& accounts = context.accounts();
    storage::Account account = accounts.get(arguments.positional[0]);
    const std::string name = account.user.username();
    const bool changed = account.user.is_active != active;
    if (changed && !accounts.store().set_active(account.user.id(), active)) {
        throw Failure(ExitCode::failed, no_such_user(name));
    }
    account.user.is_active = active;
    // Also when it was disabled before: the daemon may not have been told then.
    Told told;
    if (!active) told = tell_daemon(context, account, admin::Change::disabled, "'" + name + "' is disabled");
    if (context.json()) {
        ValueMap map;
        map.set("user", to_map(account)).set("changed", changed);
        if (!active) told.add_to(map);
        context.print_json(map);
        return ExitCode::ok;
    }
    const char* state = active ? "enabled" : "disabled";
    context.out() << printable(name) << (changed ? " is " : " was ") << state << (changed ? "" : " already")
                  << (active ? "" : told.text()) << "\n";
    return ExitCode::ok;
}

}  // namespace zanhu::cli
