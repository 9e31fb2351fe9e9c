#include <array>
#include <ostream>

#include "cli/accounts.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/password.h"
#include "cli/tell_daemon.h"
#include "cli/text.h"
#include "core/django/password.h"

namespace zanhu::cli {

namespace {

constexpr std::array k_options = {k_password_stdin};

ExitCode run(const Arguments& arguments, Context& context) {
    Accounts& accounts = context.accounts();
    const storage::Account account = accounts.get(arguments.positional[0]);
    const std::string& name = account.user.username();
    const std::string password = new_password(arguments, name, account.email);
    const std::string encoded = django::make_password(password, accounts.hashers());
    if (!accounts.store().set_password(account.user.id(), encoded))
        throw Failure(ExitCode::failed, no_such_user(name));
    const Told told =
        tell_daemon(context, account, admin::Change::password, "the password of '" + name + "' is set");
    if (context.json()) {
        ValueMap map;
        map.set("user", to_map(accounts.get(name)));
        told.add_to(map);
        context.print_json(map);
    } else {
        context.out() << "set the password of " << printable(name) << told.text() << "\n";
    }
    return ExitCode::ok;
}

}  // namespace

const Command k_user_set_password = {.name = "user set-password",
                                     .arguments = "NAME",
                                     .least = 1,
                                     .most = 1,
                                     .summary = "sets a new password",
                                     .details =
                                         "The user is logged out everywhere, and a running daemon closes the "
                                         "user's sockets. The password is asked for twice, or read "
                                         "from standard input; it must have 8 characters, not be all digits, "
                                         "and not be the name or the address.",
                                     .options = k_options,
                                     .run = run};

}  // namespace zanhu::cli
