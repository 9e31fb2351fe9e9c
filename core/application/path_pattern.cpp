#include <algorithm>
#include <charconv>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/routing.h>

namespace zanhu {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_slug(char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_';
}
bool is_segment(char c) {
    return c != '/';
}
bool is_anything(char) {
    return true;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = is_digit(text[i]) || (text[i] >= 'a' && text[i] <= 'f');
        if (dash ? text[i] != '-' : !hex) return false;
    }
    return true;
}

bool is_identifier(std::string_view name) {
    return !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '_';
    });
}

/// Django's path converters: which characters a capture may hold, and what it becomes.
struct Converter {
    std::string_view name;
    bool (*allows)(char);
    std::size_t exact_size;  // 0: one or more
    bool (*accepts)(std::string_view);
    bool is_number;
};

constexpr Converter k_converters[] = {
    {"str", is_segment, 0, nullptr, false},
    {"int", is_digit, 0, nullptr, true},
    {"slug", is_slug, 0, nullptr, false},
    {"uuid", is_segment, 36, is_uuid, false},
    {"path", is_anything, 0, nullptr, false},
};

const Converter& find_converter(std::string_view name, std::string_view pattern) {
    for (const Converter& converter : k_converters) {
        if (converter.name == name) return converter;
    }
    throw ConfigError("the path '" + std::string(pattern) + "' names the converter '" + std::string(name) +
                      "', which does not exist; there are str, int, slug, uuid and path");
}

}  // namespace

/// Literal text, or a capture when `converter` is set.
struct PathPattern::Piece {
    std::string text;  // of a capture: its name
    const Converter* converter;
};

PathPattern::~PathPattern() = default;
PathPattern::PathPattern(PathPattern&&) noexcept = default;
PathPattern& PathPattern::operator=(PathPattern&&) noexcept = default;

PathPattern::PathPattern(std::string_view pattern) {
    std::string_view rest = pattern;
    while (!rest.empty()) {
        const std::size_t open = rest.find('<');
        if (open > 0) pieces_.push_back(Piece{std::string(rest.substr(0, open)), nullptr});
        if (open == std::string_view::npos) return;
        const std::size_t close = rest.find('>', open);
        if (close == std::string_view::npos) {
            throw ConfigError("the path '" + std::string(pattern) + "' has a '<' without its '>'");
        }
        const std::string_view inside = rest.substr(open + 1, close - open - 1);
        const std::size_t colon = inside.find(':');
        const bool bare = colon == std::string_view::npos;
        const std::string name(bare ? inside : inside.substr(colon + 1));
        const Converter& converter = find_converter(bare ? "str" : inside.substr(0, colon), pattern);
        if (!is_identifier(name)) {
            throw ConfigError("the path '" + std::string(pattern) + "' has a capture named '" + name +
                              "'; use letters, digits and '_', not beginning with a digit");
        }
        const bool repeated = std::any_of(pieces_.begin(), pieces_.end(), [&name](const Piece& piece) {
            return piece.converter != nullptr && piece.text == name;
        });
        if (repeated)
            throw ConfigError("the path '" + std::string(pattern) + "' captures '" + name + "' twice");
        pieces_.push_back(Piece{name, &converter});
        rest.remove_prefix(close + 1);
    }
}

namespace {

Value convert(const Converter& converter, std::string_view text) {
    std::int64_t number = 0;
    if (!converter.is_number) return text;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    // Python's integers have no end; what does not fit stays the text of its digits.
    return parsed.ec == std::errc() ? Value(number) : Value(text);
}

/// As a regular expression would: every capture is as long as it can be for the rest to match.
template <class Piece>
bool match_from(const std::vector<Piece>& pieces,
                std::size_t index,
                std::string_view path,
                std::vector<std::string_view>& captures) {
    if (index == pieces.size()) return path.empty();
    const Piece& piece = pieces[index];
    if (piece.converter == nullptr) {
        return path.starts_with(piece.text) &&
               match_from(pieces, index + 1, path.substr(piece.text.size()), captures);
    }
    const Converter& converter = *piece.converter;
    std::size_t length = 0;
    while (length < path.size() && converter.allows(path[length]))
        ++length;
    if (converter.exact_size > 0) length = std::min(length, converter.exact_size);
    const std::size_t shortest = std::max<std::size_t>(converter.exact_size, 1);
    captures.emplace_back();
    const std::size_t place = captures.size() - 1;
    for (; length >= shortest; --length) {
        captures[place] = path.substr(0, length);
        if (converter.accepts != nullptr && !converter.accepts(captures[place])) break;
        if (match_from(pieces, index + 1, path.substr(length), captures)) return true;
    }
    captures.pop_back();
    return false;
}

}  // namespace

bool PathPattern::match(std::string_view path, UrlRoute& route) const {
    std::vector<std::string_view> captures;
    if (!match_from(pieces_, 0, path, captures)) return false;
    std::size_t capture = 0;
    for (const Piece& piece : pieces_) {
        if (piece.converter != nullptr)
            route.kwargs.set(piece.text, convert(*piece.converter, captures[capture++]));
    }
    return true;
}

}  // namespace zanhu
