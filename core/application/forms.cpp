#include <algorithm>

#include <zanhu/forms.h>

namespace zanhu {
namespace {

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_unreserved(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (text.size() - i < 3) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            decoded.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            decoded.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
        }
    }
    return decoded;
}

std::optional<std::string> decode_form_text(std::string_view text) {
    std::optional<std::string> decoded = decode(text, true);
    if (decoded && !is_utf8(*decoded)) decoded.reset();
    return decoded;
}

// How many bytes the well-formed character at the front of `text` has; 0 when there is none (RFC 3629,
// section 4).
std::size_t utf8_length(std::string_view text) noexcept {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (text.size() < length) return 0;
    const unsigned char least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < least || byte(1) > most) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    return length;
}

std::string_view html_entity(char c) noexcept {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#x27;";
        default:
            return {};
    }
}

}  // namespace

std::optional<std::string_view> Form::find(std::string_view name) const noexcept {
    const auto found =
        std::find_if(fields_.rbegin(), fields_.rend(), [name](const auto& f) { return f.first == name; });
    if (found == fields_.rend()) return std::nullopt;
    return found->second;
}

std::vector<std::string_view> Form::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [field, value] : fields_) {
        if (field == name) values.push_back(value);
    }
    return values;
}

std::optional<Form> parse_urlencoded(std::string_view body, std::size_t max_fields) {
    Form::Fields fields;
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('&'), body.size());
        const std::string_view piece = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (piece.empty()) continue;
        if (fields.size() == max_fields) return std::nullopt;
        const std::size_t equals = std::min(piece.find('='), piece.size());
        std::optional<std::string> name = decode_form_text(piece.substr(0, equals));
        std::optional<std::string> value = decode_form_text(piece.substr(std::min(equals + 1, piece.size())));
        if (!name || !value) return std::nullopt;
        fields.emplace_back(std::move(*name), std::move(*value));
    }
    return Form(std::move(fields));
}

std::string url_encode(std::string_view text) {
    constexpr std::string_view k_digits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c)) {
            encoded.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded.append({'%', k_digits[byte >> 4], k_digits[byte & 15]});
        }
    }
    return encoded;
}

std::optional<std::string> url_decode(std::string_view text) {
    return decode(text, false);
}

std::string html_escape(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        const std::string_view entity = html_entity(c);
        if (entity.empty()) {
            escaped.push_back(c);
        } else {
            escaped.append(entity);
        }
    }
    return escaped;
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace zanhu
