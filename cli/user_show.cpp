#include <ostream>

#include "cli/accounts.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/text.h"
#include "core/django/password.h"

namespace zanhu::cli {

namespace {

const char* yes_no(bool yes) {
    return yes ? "yes" : "no";
}

ExitCode run(const Arguments& arguments, Context& context) {
    const storage::Account account = context.accounts().get(arguments.positional[0]);
    if (context.json()) {
        context.print_json(ValueMap().set("user", to_map(account)));
        return ExitCode::ok;
    }
    Table table;
    table.add_row({"name", account.user.username()});
    table.add_row({"id", account.user.id()});
    table.add_row({"email", account.email});
    table.add_row({"first name", account.first_name});
    table.add_row({"last name", account.last_name});
    table.add_row({"active", yes_no(account.user.is_active)});
    table.add_row({"staff", yes_no(account.user.is_staff)});
    table.add_row({"superuser", yes_no(account.user.is_superuser)});
    table.add_row({"password", django::is_usable(account.password) ? "set" : "none"});
    table.add_row({"joined", account.date_joined});
    table.add_row({"last login", account.last_login.value_or("never")});
    table.print(context.out());
    return ExitCode::ok;
}

}  // namespace

const Command k_user_show = {.name = "user show",
                             .arguments = "NAME",
                             .least = 1,
                             .most = 1,
                             .summary = "shows one account",
                             .details = "",
                             .options = {},
                             .run = run};

}  // namespace zanhu::cli
