#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <zanhu/errors.h>
#include <zanhu/url_pattern.h>

#include "core/application/python_regex.h"

namespace zanhu {

namespace {

constexpr int k_max_groups = 32;
using Groups = std::array<re2::StringPiece, k_max_groups + 1>;

bool is_identifier(std::string_view name) {
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
           std::all_of(name.begin(), name.end(), is_word);
}

struct Capture {
    std::string name;  // empty: positional
    int group = 0;
    std::shared_ptr<const Converter> converter;  // null: the text itself
};

std::string_view view(const re2::StringPiece& piece) {
    return {piece.data(), piece.size()};
}

}  // namespace

struct UrlPattern::Compiled {
    std::string text;
    std::string literal;  // what every match begins with; all of it when there is no regex
    std::unique_ptr<const re2::RE2> regex;
    std::vector<Capture> captures;
    bool is_path = false;         // else a re_path, which is searched for
    bool ends_in_dollar = false;  // of a re_path

    re2::RE2::Anchor anchor(Extent extent) const {
        const bool endpoint = extent == Extent::endpoint;
        if (is_path) return endpoint ? re2::RE2::ANCHOR_BOTH : re2::RE2::ANCHOR_START;
        return endpoint && ends_in_dollar ? re2::RE2::ANCHOR_BOTH : re2::RE2::UNANCHORED;
    }

    bool convert(const Groups& groups, UrlRoute& found) const;
};

bool UrlPattern::Compiled::convert(const Groups& groups, UrlRoute& found) const {
    for (const Capture& capture : captures) {
        const re2::StringPiece& group = groups[static_cast<std::size_t>(capture.group)];
        const bool took_part = group.data() != nullptr;
        if (capture.name.empty()) {
            found.args.push_back(took_part ? Value(view(group)) : Value());
        } else if (capture.converter != nullptr) {
            std::optional<Value> value = capture.converter->to_value(view(group));
            if (!value) return false;
            found.kwargs.set(capture.name, std::move(*value));
        } else if (took_part) {
            found.kwargs.set(capture.name, Value(view(group)));
        }
    }
    return true;
}

UrlPattern::UrlPattern(std::unique_ptr<const Compiled> compiled) noexcept : compiled_(std::move(compiled)) {}
UrlPattern::UrlPattern(UrlPattern&&) noexcept = default;
UrlPattern& UrlPattern::operator=(UrlPattern&&) noexcept = default;
UrlPattern::~UrlPattern() = default;

const std::string& UrlPattern::text() const noexcept {
    return compiled_->text;
}

bool UrlPattern::match(std::string_view path, Extent extent, UrlRoute& route, std::string_view& rest) const {
    const Compiled& compiled = *compiled_;
    if (!path.starts_with(compiled.literal)) return false;
    if (compiled.regex == nullptr) {
        const std::string_view behind = path.substr(compiled.literal.size());
        if (extent == Extent::endpoint && !behind.empty()) return false;
        rest = behind;
        return true;
    }
    const re2::StringPiece text(path.data(), path.size());
    const re2::RE2::Anchor anchor = compiled.anchor(extent);
    // Asked for no groups, RE2 runs its automaton alone, which allocates nothing of its own for this path.
    if (!compiled.regex->Match(text, 0, text.size(), anchor, nullptr, 0)) return false;
    Groups groups;
    const int wanted = 1 + compiled.regex->NumberOfCapturingGroups();
    if (!compiled.regex->Match(text, 0, text.size(), anchor, groups.data(), wanted)) return false;
    UrlRoute found;
    if (!compiled.convert(groups, found)) return false;
    std::move(found.args.begin(), found.args.end(), std::back_inserter(route.args));
    for (const auto& [name, value] : found.kwargs)
        route.kwargs.set(name, value);
    rest = path.substr(static_cast<std::size_t>(groups[0].data() - path.data()) + groups[0].size());
    return true;
}

namespace {

/// Reads a path()'s text from the left.
class PathReader {
public:
    PathReader(std::string_view route, const Converters& converters)
        : route_(route), rest_(route), converters_(converters) {}

    /// Fills in literal, regex (as text) and captures.
    void read(std::string& literal, std::string& regex, std::vector<Capture>& captures) {
        literal = rest_.substr(0, rest_.find('<'));
        while (!rest_.empty()) {
            const std::string_view plain = rest_.substr(0, rest_.find('<'));
            regex += re2::RE2::QuoteMeta(re2::StringPiece(plain.data(), plain.size()));
            rest_.remove_prefix(plain.size());
            if (!rest_.empty()) regex += capture(captures);
        }
    }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw ConfigError("the path '" + std::string(route_) + "' " + what);
    }

    std::string capture(std::vector<Capture>& captures) {
        const std::size_t close = rest_.find('>');
        if (close == std::string_view::npos) refuse("has a '<' without its '>'");
        const std::string_view inside = rest_.substr(1, close - 1);
        rest_.remove_prefix(close + 1);
        const std::size_t colon = inside.find(':');
        const bool bare = colon == std::string_view::npos;
        const std::string_view kind = bare ? "str" : inside.substr(0, colon);
        const std::string name(bare ? inside : inside.substr(colon + 1));
        auto converter = converters_.find(kind);
        if (converter == nullptr) {
            refuse("names the converter '" + std::string(kind) +
                   "', which does not exist; there are: " + converters_.names());
        }
        if (!is_identifier(name)) {
            refuse("has a capture named '" + name +
                   "'; use letters, digits and '_', not beginning with a digit");
        }
        const auto same = [&name](const Capture& other) { return other.name == name; };
        if (std::any_of(captures.begin(), captures.end(), same)) refuse("captures '" + name + "' twice");
        const std::string regex = python_regex_as_re2(converter->regex());
        captures.push_back(Capture{name, 0, std::move(converter)});
        return "(?P<" + name + ">" + regex + ")";
    }

    std::string_view route_;
    std::string_view rest_;
    const Converters& converters_;
};

}  // namespace

UrlPattern path(std::string_view route, const Converters& converters) {
    auto compiled = std::make_unique<UrlPattern::Compiled>();
    compiled->text = route;
    compiled->is_path = true;
    std::string regex;
    PathReader(route, converters).read(compiled->literal, regex, compiled->captures);
    if (!compiled->captures.empty()) {
        compiled->regex = compile_regex(regex, route, k_max_groups);
        for (Capture& capture : compiled->captures)
            capture.group = compiled->regex->NamedCapturingGroups().at(capture.name);
    }
    return UrlPattern(std::move(compiled));
}

UrlPattern re_path(std::string_view regex) {
    auto compiled = std::make_unique<UrlPattern::Compiled>();
    compiled->text = regex;
    compiled->ends_in_dollar = regex.ends_with('$');
    compiled->regex = compile_regex(python_regex_as_re2(regex), regex, k_max_groups);
    const auto& names = compiled->regex->CapturingGroupNames();
    for (const auto& [group, name] : names) {
        if (!is_identifier(name)) {
            throw ConfigError("the regular expression '" + compiled->text + "' has a group named '" + name +
                              "'; use letters, digits and '_', not beginning with a digit");
        }
        compiled->captures.push_back(Capture{name, group, nullptr});
    }
    for (int group = 1; names.empty() && group <= compiled->regex->NumberOfCapturingGroups(); ++group)
        compiled->captures.push_back(Capture{{}, group, nullptr});
    return UrlPattern(std::move(compiled));
}

}  // namespace zanhu
