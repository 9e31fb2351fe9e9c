#include "core/http/forwarded.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <zanhu/headers.h>

namespace zanhu::http {

namespace {

constexpr std::string_view k_obfuscated = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

bool is_obfuscated(std::string_view text) {
    return text.size() > 1 && text.front() == '_' &&
           text.find_first_not_of(k_obfuscated) == std::string_view::npos;
}

bool is_escaped(std::string_view text, std::size_t position) {
    std::size_t backslashes = 0;
    while (backslashes < position && text[position - 1 - backslashes] == '\\')
        ++backslashes;
    return backslashes % 2 == 1;
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

/// Reads a port: digits, or an obfuscated one, which says nothing.
bool read_port(std::string_view text, std::uint16_t& port) {
    if (is_obfuscated(text)) return true;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && text.size() <= 5;
}

/// RFC 7239 section 6: node = nodename [":" node-port].
std::optional<ForwardedNode> parse_node(std::string_view text) {
    std::string_view name = text;
    std::string_view rest;
    const bool bracketed = text.starts_with('[');
    const std::size_t end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && end == std::string_view::npos) return std::nullopt;
    if (bracketed) {
        name = text.substr(1, end - 1);
        rest = text.substr(end + 1);
        if (name.find(':') == std::string_view::npos) return std::nullopt;
    } else if (end != std::string_view::npos) {
        name = text.substr(0, end);
        rest = text.substr(end);
    }
    ForwardedNode node;
    if (!rest.empty() && (rest.front() != ':' || !read_port(rest.substr(1), node.port))) return std::nullopt;
    if (name.empty() || (name.front() == '_' && !is_obfuscated(name))) return std::nullopt;
    if (bracketed || !equals_ignore_case(name, "unknown")) node.host = name;
    return node;
}

/// Takes the text of a quoted string, whose first mark is `text`'s first character, from its front.
std::optional<std::string> take_quoted(std::string_view& text) {
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        char c = text[i];
        if (c == '"') {
            text.remove_prefix(i + 1);
            return value;
        }
        if (c == '\\') {
            if (++i == text.size()) break;
            c = text[i];
        }
        value += c;
    }
    return std::nullopt;
}

std::optional<std::string> take_value(std::string_view& text) {
    if (text.starts_with('"')) return take_quoted(text);
    const std::string_view token = text.substr(0, text.find(';'));
    if (!is_token(token)) return std::nullopt;
    text.remove_prefix(token.size());
    return std::string(token);
}

}  // namespace

std::optional<std::string_view> ElementsFromEnd::next() {
    while (!lines_.empty()) {
        std::string_view& line = lines_.back();
        bool quoted = false;
        std::size_t begin = line.size();
        while (begin > 0) {
            const char c = line[begin - 1];
            if (c == '"' && !is_escaped(line, begin - 1)) quoted = !quoted;
            if (c == ',' && !quoted) break;
            --begin;
        }
        const std::string_view element = trim_ows(line.substr(begin));
        if (quoted) {
            lines_.clear();
            return std::nullopt;
        }
        if (begin == 0) {
            lines_.pop_back();
        } else {
            line = line.substr(0, begin - 1);
        }
        if (!element.empty()) return element;
    }
    return std::nullopt;
}

std::optional<ForwardedElement> parse_forwarded(std::string_view element) {
    ForwardedElement result;
    std::vector<std::string> seen;
    while (!element.empty()) {
        if (element.front() == ';' || element.front() == ' ' || element.front() == '\t') {
            element.remove_prefix(1);
            continue;
        }
        const std::size_t equals = element.find('=');
        if (equals == std::string_view::npos || !is_token(element.substr(0, equals))) return std::nullopt;
        const std::string name = lower(element.substr(0, equals));
        element.remove_prefix(equals + 1);
        const auto value = take_value(element);
        if (!value || (!element.empty() && element.front() != ';')) return std::nullopt;
        if (std::find(seen.begin(), seen.end(), name) != seen.end()) return std::nullopt;
        if (name == "for") {
            result.forwarded_for = parse_node(*value);
            if (!result.forwarded_for) return std::nullopt;
        } else if (name == "proto") {
            result.proto = lower(*value);
        }
        seen.push_back(name);
    }
    return result;
}

std::optional<ForwardedNode> parse_forwarded_for(std::string_view element) {
    // Here an IPv6 address may stand without its brackets, but then without a port.
    const bool bare_v6 = !element.starts_with('[') && std::count(element.begin(), element.end(), ':') > 1;
    if (!bare_v6) return parse_node(element);
    ForwardedNode node;
    node.host = element;
    return node;
}

}  // namespace zanhu::http
