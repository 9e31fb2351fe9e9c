#include <array>
#include <ostream>

#include "cli/accounts.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/tell_daemon.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace zanhu::cli {

namespace {

constexpr std::array k_options = {OptionSpec{.name = "yes", .short_name = "y", .help = "do not ask"}};

void confirm(const std::string& name) {
    if (!can_ask())
        throw Failure(ExitCode::usage, "there is no terminal to ask on: say --yes to delete '" + name + "'");
    if (ask_yes("Delete " + name + ", with all messages sent and received? This cannot be undone.")) return;
    throw Failure(ExitCode::failed, "nothing was deleted");
}

ExitCode run(const Arguments& arguments, Context& context) {
    Accounts& accounts = context.accounts();
    const storage::Account account = accounts.get(arguments.positional[0]);
    const std::string& name = account.user.username();
    if (!arguments.has("yes")) confirm(name);
    if (!accounts.store().remove(account.user.id())) throw Failure(ExitCode::failed, no_such_user(name));
    const Told told = tell_daemon(context, account, admin::Change::deleted, "'" + name + "' is deleted");
    if (context.json()) {
        ValueMap map;
        map.set("user", to_map(account)).set("deleted", true);
        told.add_to(map);
        context.print_json(map);
    } else {
        context.out() << "deleted " << printable(name) << told.text() << "\n";
    }
    return ExitCode::ok;
}

}  // namespace

const Command k_user_delete = {
    .name = "user delete",
    .arguments = "NAME",
    .least = 1,
    .most = 1,
    .summary = "deletes an account with its messages",
    .details = "A running daemon closes the user's sockets. `user disable` keeps the messages.",
    .options = k_options,
    .run = run};

}  // namespace zanhu::cli
