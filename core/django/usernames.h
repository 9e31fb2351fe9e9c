#pragma once

#include <optional>
#include <string>
#include <string_view>

// Rules for what a new account may be called. Existing rows are never checked against them. Free functions
// without state, callable from any thread; the answers are sentences for the person who typed the name, or
// std::nullopt when all is well.
namespace zanhu::django {

/// Django: UnicodeUsernameValidator and the length of auth_user.username: 1 to 150 letters, numbers, '_',
/// '.', '@', '+', '-' of any script. Three differences, all to the strict side: the names of zanhu's own
/// groups are taken, letters and numbers are those that POCO's Unicode table knows (about Unicode 8; Python's
/// is newer), and a name that Django would change to its NFKC form is refused instead, so that what was typed
/// is what is stored.
std::optional<std::string> username_problem(std::string_view username);

/// Django: EmailValidator, and the length of auth_user.email (254). Empty is no problem: an account needs no
/// address. A domain outside of ASCII is only checked to be made of letters, numbers, marks, '-' and dots,
/// not turned into its xn-- form.
std::optional<std::string> email_problem(std::string_view email);

}  // namespace zanhu::django
