#pragma once

#include <iosfwd>

namespace zanhu::cli {

struct Command;

/// All commands and exit codes.
void print_overview(std::ostream& out);
/// One command with its options.
void print_help(const Command& command, std::ostream& out);

}  // namespace zanhu::cli
