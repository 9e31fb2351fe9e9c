#include "core/ws/field_value.h"

#include <algorithm>

#include <zanhu/headers.h>

namespace zanhu::ws {
namespace {

bool is_token_character(char c) noexcept {
    return is_token({&c, 1});
}
bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t';
}

// Calls `use` with every element that is not empty, until it returns false; says whether it never did.
template <class Use>
bool for_each_element(FieldLines lines, Use use) {
    for (std::string_view rest : lines) {
        while (true) {
            const std::size_t comma = rest.find(',');
            const std::string_view element = trim_ows(rest.substr(0, comma));
            if (!element.empty() && !use(element)) return false;
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
    }
    return true;
}

bool is_protocol(std::string_view element) noexcept {
    const std::size_t slash = element.find('/');
    return is_token(element.substr(0, slash)) &&
           (slash == std::string_view::npos || is_token(element.substr(slash + 1)));
}

// One field line of Sec-WebSocket-Extensions from left to right; a quoted value may hold commas, so that the
// line cannot be split beforehand.
class ExtensionLine {
public:
    explicit ExtensionLine(std::string_view line) : rest_(line) {}

    bool parse(std::vector<Extension>& extensions, std::string_view& error) {
        while (true) {
            skip_blanks();
            while (skip(','))
                skip_blanks();
            if (rest_.empty()) return true;
            if (extensions.size() == k_max_offers) return fail(error, "offers too many extensions");
            if (!parse_extension(extensions.emplace_back(), error)) return false;
            if (!rest_.empty() && rest_.front() != ',') {
                return fail(error, "is malformed: put commas between extensions");
            }
        }
    }

private:
    bool parse_extension(Extension& extension, std::string_view& error) {
        extension.name = take_token();
        if (extension.name.empty()) return fail(error, "is malformed: an extension's name is a token");
        skip_blanks();
        while (skip(';')) {
            if (extension.parameters.size() == k_max_offers) return fail(error, "has too many parameters");
            if (!parse_parameter(extension.parameters.emplace_back(), error)) return false;
            skip_blanks();
        }
        return true;
    }

    bool parse_parameter(ExtensionParameter& parameter, std::string_view& error) {
        skip_blanks();
        parameter.name = take_token();
        if (parameter.name.empty()) return fail(error, "is malformed: a parameter's name is a token");
        skip_blanks();
        if (!skip('=')) return true;
        skip_blanks();
        parameter.value = skip('"') ? take_quoted() : std::string(take_token());
        if (!is_token(*parameter.value)) {
            return fail(error, "is malformed: a parameter's value is a token, quoted or not");
        }
        return true;
    }

    std::string_view take_token() noexcept {
        const auto* const end = std::find_if_not(rest_.begin(), rest_.end(), is_token_character);
        const auto size = static_cast<std::size_t>(end - rest_.begin());
        const std::string_view token = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return token;
    }

    // Up to and with the closing quote; empty, which no value may be, when there is none.
    std::string take_quoted() {
        std::string value;
        while (!rest_.empty() && !skip('"')) {
            if (skip('\\') && rest_.empty()) return {};
            value.push_back(rest_.front());
            rest_.remove_prefix(1);
            if (rest_.empty()) return {};
        }
        return value;
    }

    void skip_blanks() noexcept {
        while (!rest_.empty() && is_blank(rest_.front()))
            rest_.remove_prefix(1);
    }
    bool skip(char c) noexcept {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    static bool fail(std::string_view& error, std::string_view text) {
        error = text;
        return false;
    }

    std::string_view rest_;
};

}  // namespace

bool is_token_list(FieldLines lines) noexcept {
    return for_each_element(lines, is_protocol);
}

std::vector<std::string_view> parse_subprotocols(FieldLines lines, std::string_view& error) {
    std::vector<std::string_view> subprotocols;
    error = {};
    for_each_element(lines, [&](std::string_view element) {
        if (!is_token(element)) {
            error = "is malformed: a subprotocol is a token";
        } else if (std::find(subprotocols.begin(), subprotocols.end(), element) != subprotocols.end()) {
            error = "names a subprotocol twice: offer each once";
        } else if (subprotocols.size() == k_max_offers) {
            error = "offers too many subprotocols";
        } else {
            subprotocols.push_back(element);
        }
        return error.empty();
    });
    if (error.empty() && subprotocols.empty() && !lines.empty()) {
        error = "is empty: name a subprotocol or leave the field out";
    }
    return subprotocols;
}

std::vector<Extension> parse_extensions(FieldLines lines, std::string_view& error) {
    std::vector<Extension> extensions;
    error = {};
    for (const std::string_view line : lines) {
        if (!ExtensionLine(line).parse(extensions, error)) return extensions;
    }
    if (extensions.empty() && !lines.empty()) error = "is empty: name an extension or leave the field out";
    return extensions;
}

}  // namespace zanhu::ws
