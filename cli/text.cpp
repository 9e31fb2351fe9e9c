#include "cli/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cwchar>
#include <ostream>
#include <utility>

namespace zanhu::cli {

namespace {

/// The character at the front of `text` and how many bytes it has; one byte and L'\0' when it is no
/// character.
struct Front {
    wchar_t character = L'\0';
    std::size_t bytes = 1;
};

Front front_of(std::string_view text) {
    std::mbstate_t state{};
    wchar_t character = L'\0';
    const std::size_t bytes = std::mbrtowc(&character, text.data(), text.size(), &state);
    if (bytes == 0 || bytes > text.size()) return {};
    return {character, bytes};
}

/// Characters that have a width of none and turn what stands around them: bidi marks, embeddings, isolates;
/// and ends of lines.
bool deceives(wchar_t c) {
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

std::string escaped(const Front& front, unsigned char byte) {
    std::array<char, 16> text{};
    if (front.character == L'\0' || front.character < 0x80) {
        std::snprintf(text.data(), text.size(), "\\x%02x", byte);
    } else {
        std::snprintf(text.data(), text.size(), "\\u{%x}", static_cast<unsigned>(front.character));
    }
    return text.data();
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const Front front = front_of(text);
        const bool shown =
            front.character != L'\0' && ::wcwidth(front.character) >= 0 && !deceives(front.character);
        out += shown ? std::string(text.substr(0, front.bytes))
                     : escaped(front, static_cast<unsigned char>(text.front()));
        text.remove_prefix(front.bytes);
    }
    return out;
}

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const Front front = front_of(text);
        columns += static_cast<std::size_t>(std::max(0, ::wcwidth(front.character)));
        text.remove_prefix(front.bytes);
    }
    return columns;
}

void Table::add_row(std::vector<std::string> cells) {
    for (std::string& cell : cells)
        cell = printable(cell);
    rows_.push_back(std::move(cells));
}

void Table::print(std::ostream& out) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], columns_of(row[i]));
    }
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line.append(widths[i] - columns_of(row[i]) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << '\n';
    }
}

}  // namespace zanhu::cli
