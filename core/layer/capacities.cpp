#include "core/layer/capacities.h"

#include <Poco/Exception.h>
#include <Poco/RegularExpression.h>

#include <optional>

#include <zanhu/errors.h>

namespace zanhu::layer {

namespace {

constexpr std::string_view k_regex = "regex:";

/// One element of a glob, taken from its front: does it match that character? std::nullopt for `*`.
std::optional<bool> match_one(std::string_view& glob, char c) {
    const char first = glob.front();
    if (first == '*') return std::nullopt;
    if (first == '[') {
        // As in fnmatch: `!` negates, a `]` right behind the bracket is an ordinary character, and a bracket
        // that nothing closes is one too.
        std::size_t begin = 1;
        const bool negated = glob.size() > 1 && glob[1] == '!';
        if (negated) ++begin;
        const std::size_t end = glob.find(']', begin + 1);
        if (end != std::string_view::npos) {
            const std::string_view set = glob.substr(begin, end - begin);
            glob.remove_prefix(end + 1);
            bool inside = false;
            for (std::size_t i = 0; i < set.size(); ++i) {
                const bool range = i + 2 < set.size() && set[i + 1] == '-';
                inside = inside || (range ? set[i] <= c && c <= set[i + 2] : set[i] == c);
                if (range) i += 2;
            }
            return inside != negated;
        }
    }
    glob.remove_prefix(1);
    return first == '?' || first == c;
}

bool matches_glob(std::string_view glob, std::string_view name) {
    std::string_view glob_after_star;
    std::string_view name_after_star;
    bool starred = false;
    for (;;) {
        if (!glob.empty() && glob.front() == '*') {
            glob.remove_prefix(1);
            starred = true;
            glob_after_star = glob;
            name_after_star = name;
            continue;
        }
        if (name.empty()) return glob.empty();
        std::string_view rest = glob;
        if (!glob.empty() && match_one(rest, name.front()).value()) {
            glob = rest;
            name.remove_prefix(1);
            continue;
        }
        // Let the last star take one character more.
        if (!starred || name_after_star.empty()) return false;
        name_after_star.remove_prefix(1);
        glob = glob_after_star;
        name = name_after_star;
    }
}

}  // namespace

class NamePattern::Expression {
public:
    explicit Expression(const std::string& text) : expression_(text) {}
    bool matches(std::string_view name) const {
        Poco::RegularExpression::Match match;
        return expression_.match(std::string(name), 0, match, Poco::RegularExpression::RE_ANCHORED) > 0;
    }

private:
    Poco::RegularExpression expression_;
};

NamePattern::NamePattern(const std::string& text) : glob_(text) {
    if (!text.starts_with(k_regex)) return;
    try {
        expression_ = std::make_shared<const Expression>(text.substr(k_regex.size()));
    } catch (const Poco::Exception& error) {
        throw ConfigError("`" + text + "` is no regular expression (" + error.message() +
                          "); correct it, or write a glob such as chat.*");
    }
}

bool NamePattern::matches(std::string_view name) const {
    return expression_ != nullptr ? expression_->matches(name) : matches_glob(glob_, name);
}

std::size_t Capacities::of(std::string_view channel) const {
    for (const auto& [pattern, capacity] : entries_) {
        if (pattern.matches(channel)) return capacity;
    }
    return otherwise_;
}

}  // namespace zanhu::layer
