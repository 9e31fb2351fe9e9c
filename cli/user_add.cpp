#include <array>
#include <ostream>

#include "cli/accounts.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/password.h"
#include "cli/text.h"
#include "core/django/password.h"
#include "core/django/usernames.h"

namespace zanhu::cli {

namespace {

constexpr std::array k_options = {
    OptionSpec{.name = "email", .argument = "ADDRESS", .help = "the user's e-mail address"},
    OptionSpec{.name = "staff", .help = "may enter the Django admin site, if there is one"},
    OptionSpec{.name = "superuser", .help = "has all rights on the Django site, if there is one"},
    k_password_stdin,
    OptionSpec{.name = "no-password", .help = "an account that nobody can log in to until set-password"},
    OptionSpec{.name = "create-database", .help = "make the database first when it does not exist"},
};

/// Before somebody types a password twice for nothing.
void check_name(storage::AccountStore& store, const storage::NewAccount& account) {
    if (const auto problem = django::username_problem(account.username))
        throw Failure(ExitCode::failed, *problem);
    if (const auto problem = django::email_problem(account.email)) throw Failure(ExitCode::failed, *problem);
    if (store.find_by_username(account.username)) {
        throw Failure(ExitCode::failed,
                      "there is a user '" + account.username + "' already; choose another name");
    }
}

ExitCode run(const Arguments& arguments, Context& context) {
    if (arguments.has("no-password") && arguments.has("password-stdin")) {
        throw Failure(ExitCode::usage,
                      "--no-password and --password-stdin exclude each other; leave one out");
    }
    Accounts& accounts = context.accounts(arguments.has("create-database") ? MissingDatabase::create
                                                                           : MissingDatabase::refuse);
    storage::NewAccount account;
    account.username = arguments.positional[0];
    account.email = arguments.value("email");
    account.is_staff = arguments.has("staff");
    account.is_superuser = arguments.has("superuser");
    check_name(accounts.store(), account);
    account.password = arguments.has("no-password")
                           ? django::make_unusable()
                           : django::make_password(new_password(arguments, account.username, account.email),
                                                   accounts.hashers());
    const storage::AddResult result = accounts.store().add(account);
    if (result.outcome != storage::AddOutcome::added) throw Failure(ExitCode::failed, result.problem);
    if (context.json()) {
        context.print_json(ValueMap().set("user", to_map(result.account)));
    } else {
        context.out() << "added " << printable(account.username) << " with id " << result.account.user.id()
                      << "\n";
    }
    return ExitCode::ok;
}

}  // namespace

const Command k_user_add = {.name = "user add",
                            .arguments = "NAME",
                            .least = 1,
                            .most = 1,
                            .summary = "makes an account",
                            .details =
                                "The password is asked for twice, or read from standard input; it must have "
                                "8 characters, not be all digits, and not be "
                                "the name or the address.",
                            .options = k_options,
                            .run = run};

}  // namespace zanhu::cli
