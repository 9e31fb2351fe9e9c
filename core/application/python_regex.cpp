#include "core/application/python_regex.h"

#include <zanhu/errors.h>

namespace zanhu {

namespace {

// Of one expression, compiled and with the states that matching adds on the way. The paths come from clients,
// so it bounds what they can make us keep; above it RE2 goes on without these states, slower but still in
// linear time.
constexpr std::int64_t k_max_memory = 2 << 20;

// Python's str.isspace(): U+0009 to U+000D, U+001C to U+0020, U+0085, and the separators.
constexpr std::string_view k_space = R"(\t-\r\x1c-\x20\x{85}\p{Z})";
constexpr std::string_view k_not_space =
    R"(\x00-\x08\x0e-\x1b\x21-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027})"
    R"(\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff})";
// Python's str.isalnum() and the underscore.
constexpr std::string_view k_word = R"(_\p{L}\p{N})";
// Every other category; the connectors (Pc) one by one, since the underscore is one of them.
constexpr std::string_view k_not_word =
    R"(\p{M}\p{S}\p{Z}\p{C}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po})"
    R"(\x{203f}\x{2040}\x{2054}\x{fe33}\x{fe34}\x{fe4d}-\x{fe4f}\x{ff3f})";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_octal(char c) {
    return c >= '0' && c <= '7';
}

class Translation {
public:
    explicit Translation(std::string_view regex) : regex_(regex) {}

    std::string run() {
        while (at_ < regex_.size()) {
            const char c = regex_[at_];
            if (c == '\\') {
                escape();
            } else if (in_class_) {
                in_class(c);
            } else if (c == '[') {
                open_class();
            } else if (regex_.substr(at_).starts_with("(?P=")) {
                refuse_backreference(regex_.find(')', at_) + 1 - at_);
            } else if (c == '{' && counts_from_nothing()) {
                take(1);
                out_ += '0';
            } else {
                take(1);
            }
        }
        return std::move(out_);
    }

private:
    char peek(std::size_t ahead) const { return at_ + ahead < regex_.size() ? regex_[at_ + ahead] : '\0'; }
    void take(std::size_t count) {
        out_ += regex_.substr(at_, count);
        at_ += std::min(count, regex_.size() - at_);
    }
    void replace(std::string_view text) {
        out_ += text;
        at_ += 2;
    }

    void open_class() {
        in_class_ = true;
        take(peek(1) == '^' ? 2 : 1);
        if (peek(0) == ']') take(1);  // the first in a class stands for itself
    }

    void in_class(char c) {
        if (c == ']') in_class_ = false;
        take(1);
    }

    /// `{,n}`: Python counts from 0, RE2 takes it for text.
    bool counts_from_nothing() const {
        if (peek(1) != ',') return false;
        std::size_t end = 2;
        while (is_digit(peek(end)))
            ++end;
        return peek(end) == '}';
    }

    void set(std::string_view members, bool inverted) {
        if (in_class_) return replace(members);
        replace(inverted ? "[^" : "[");
        out_.append(members).append("]");
    }

    void escape() {
        switch (peek(1)) {
            case 'd':
                return replace(R"(\p{Nd})");
            case 'D':
                return replace(R"(\P{Nd})");
            case 's':
                return set(k_space, false);
            case 'S':
                return in_class_ ? replace(k_not_space) : set(k_space, true);
            case 'w':
                return set(k_word, false);
            case 'W':
                return in_class_ ? replace(k_not_word) : set(k_word, true);
            case 'Z':
                return replace(R"(\z)");
            case 'b':
                return in_class_ ? replace(R"(\x08)") : take(2);
            default:
                if (is_backreference()) refuse_backreference(2);
                return take(2);
        }
    }

    /// Three octal digits are a character in both dialects; fewer are one in RE2 only.
    bool is_backreference() const {
        return !in_class_ && is_digit(peek(1)) && peek(1) != '0' &&
               !(is_octal(peek(1)) && is_octal(peek(2)) && is_octal(peek(3)));
    }

    [[noreturn]] void refuse_backreference(std::size_t length) const {
        throw ConfigError("the regular expression '" + std::string(regex_) + "' refers back with '" +
                          std::string(regex_.substr(at_, length)) +
                          "', which cannot be matched in linear time; capture both places, and compare them "
                          "in the consumer");
    }

    std::string_view regex_;
    std::size_t at_ = 0;
    bool in_class_ = false;
    std::string out_;
};

/// What can be done about a part that RE2 refuses.
std::string remedy(const re2::RE2& regex) {
    const std::string& part = regex.error_arg();
    const auto is = [&part](std::string_view begin) { return part.starts_with(begin); };
    if (is("(?=") || is("(?!") || is("(?<")) {
        return "looks ahead or behind, which cannot be matched in linear time; put what is to be left out "
               "into a "
               "route of its own ahead of this one, or let the consumer refuse it";
    }
    if (regex.error_code() == re2::RE2::ErrorPatternTooLarge ||
        regex.error_code() == re2::RE2::ErrorRepeatSize) {
        return "is too large; repeat at most 1000 times, and fewer where it is nested";
    }
    if (is("(?"))
        return "is no group that RE2 knows; use (...), (?:...), (?P<name>...), and the flags i, m and s";
    if (regex.error_code() == re2::RE2::ErrorRepeatOp)
        return "repeats what is repeated already; write * + ? or {m,n} once, without a + behind it";
    return "cannot be used (" + regex.error() + "); correct it";
}

}  // namespace

std::string python_regex_as_re2(std::string_view regex) {
    return Translation(regex).run();
}

std::unique_ptr<const re2::RE2> compile_regex(const std::string& re2_regex,
                                              std::string_view written,
                                              int limit) {
    re2::RE2::Options options;
    options.set_max_mem(k_max_memory);
    options.set_log_errors(false);
    auto compiled = std::make_unique<const re2::RE2>(re2_regex, options);
    if (!compiled->ok()) {
        const std::string part = compiled->error_arg().empty() ? std::string("the whole of it")
                                                               : "'" + compiled->error_arg() + "'";
        throw ConfigError("the regular expression '" + std::string(written) + "': " + part + " " +
                          remedy(*compiled));
    }
    if (compiled->NamedCapturingGroups().size() < compiled->CapturingGroupNames().size()) {
        throw ConfigError("the regular expression '" + std::string(written) +
                          "' has two groups of one name; give each a name of its own");
    }
    if (compiled->NumberOfCapturingGroups() > limit) {
        throw ConfigError("the regular expression '" + std::string(written) + "' has more than " +
                          std::to_string(limit) + " groups; write (?:...) for those that capture nothing");
    }
    return compiled;
}

}  // namespace zanhu
