#pragma once

#include <string>

// The person at the terminal. The program's one thread.
namespace zanhu::cli {

/// Asks on the controlling terminal for a line that is not shown. Whatever signal comes, the terminal shows
/// again what is typed before the signal takes its course. Throws Failure when there is no terminal, or the
/// answer is an end of file.
std::string ask_hidden(const std::string& question);

/// Whether somebody can be asked on standard input.
bool can_ask();
/// Asks on standard error, reads standard input; true for `y` and `yes`.
bool ask_yes(const std::string& question);
/// Says something to the person, not to whatever reads standard output.
void tell_person(const std::string& text);

}  // namespace zanhu::cli
