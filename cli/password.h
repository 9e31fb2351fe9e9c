#pragma once

#include <optional>
#include <string>

#include "cli/arguments.h"

// Where a new password comes from: the terminal or standard input, never the command line, which every user
// of the machine can read.
namespace zanhu::cli {

/// The option of the commands that take a password.
inline constexpr OptionSpec k_password_stdin = {
    .name = "password-stdin",
    .help = "take the password from the first line of standard input instead of asking for it"};

/// What is wrong with a new password, as a sentence (in the spirit of Django: AUTH_PASSWORD_VALIDATORS);
/// there is no way around it.
std::optional<std::string> password_problem(const std::string& password,
                                            const std::string& username,
                                            const std::string& email);

/// Asks twice on the terminal, up to three times when the two differ or the password is weak; with
/// --password-stdin reads one line. Throws Failure.
std::string new_password(const Arguments& arguments, const std::string& username, const std::string& email);

}  // namespace zanhu::cli
