#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

// Text for a terminal. REQUIRES: main() has set LC_CTYPE to UTF-8. The program's one thread.
namespace zanhu::cli {

/// The text with everything escaped that a terminal would obey or that would deceive its reader: control
/// characters and bytes that are no UTF-8 as `\x1b`, characters without a glyph or that change the direction
/// of writing as `\u{202e}`.
std::string printable(std::string_view text);

/// How many columns a printable text takes; East Asian wide characters take two, combining ones none.
std::size_t columns_of(std::string_view printable_text);

/// Rows whose cells stand below each other.
class Table {
public:
    void add_row(std::vector<std::string> cells);
    void print(std::ostream& out) const;

private:
    std::vector<std::vector<std::string>> rows_;  // printable
};

}  // namespace zanhu::cli
