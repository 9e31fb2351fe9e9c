#include "core/django/usernames.h"

#include <Poco/Unicode.h>
#include <arpa/inet.h>

#include <cstdio>

#include <zanhu/names.h>

#include "core/django/code_points.h"
#include "core/django/nfkc.h"

namespace zanhu::django {

namespace {

constexpr std::size_t k_max_username = 150;     // characters: auth_user.username
constexpr std::size_t k_max_email = 254;        // characters: auth_user.email
constexpr std::size_t k_max_domain_label = 63;  // RFC 1034 3.1

bool is_ascii_alphanumeric(char32_t c) {
    return (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z');
}

Poco::Unicode::CharacterCategory category_of(char32_t c) {
    // letters in POCO's table, marks since Unicode 9
    if (c == 0x1885 || c == 0x1886) return Poco::Unicode::UCP_MARK;
    Poco::Unicode::CharacterProperties properties{};
    Poco::Unicode::properties(static_cast<int>(c), properties);
    return properties.category;
}

bool is_letter_or_number(char32_t c) {
    if (c < 0x80) return is_ascii_alphanumeric(c);
    const auto category = category_of(c);
    return category == Poco::Unicode::UCP_LETTER || category == Poco::Unicode::UCP_NUMBER;
}

std::string name_of(char32_t c) {
    char text[16];
    std::snprintf(text, sizeof text, "U+%04X", static_cast<unsigned>(c));
    return text;
}

bool is_email_user_character(char32_t c) {
    return is_ascii_alphanumeric(c) ||
           (c < 0x80 &&
            std::string_view("-!#$%&'*+/=?^_`{}|~").find(static_cast<char>(c)) != std::string_view::npos);
}

bool is_dot_atom(std::u32string_view text) {
    bool after_dot = true;
    for (const char32_t c : text) {
        if (c == U'.' ? after_dot : !is_email_user_character(c)) return false;
        after_dot = c == U'.';
    }
    return !after_dot;
}

bool is_quoted_text(std::u32string_view text) {
    if (text.size() < 2 || text.front() != U'"' || text.back() != U'"') return false;
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escaped = text[i] == U'\\';
        if (escaped && ++i == text.size()) return false;
        const char32_t c = text[i];
        if (c == 0 || c > 0x7f || c == U'\n' || c == U'\r') return false;
        if (!escaped && (c == U'"' || c == U'\t' || c == U' ')) return false;
    }
    return true;
}

bool is_domain_label(std::u32string_view label) {
    if (label.empty() || label.size() > k_max_domain_label || label.front() == U'-' || label.back() == U'-')
        return false;
    for (const char32_t c : label) {
        if (c != U'-' && !is_letter_or_number(c) && (c < 0x80 || category_of(c) != Poco::Unicode::UCP_MARK))
            return false;
    }
    return true;
}

bool is_domain(std::u32string_view domain) {
    if (domain == U"localhost") return true;
    std::size_t labels = 0;
    for (std::size_t start = 0, end = 0; end != std::u32string_view::npos; start = end + 1, ++labels) {
        end = domain.find(U'.', start);
        const auto label = domain.substr(start, end == std::u32string_view::npos ? end : end - start);
        const bool is_last = end == std::u32string_view::npos;
        if (!is_domain_label(label) || (is_last && label.size() < 2 && label.front() < 0x80)) return false;
    }
    return labels >= 2;
}

bool is_address_literal(std::u32string_view domain) {
    if (domain.size() < 3 || domain.front() != U'[' || domain.back() != U']') return false;
    std::string address;
    for (const char32_t c : domain.substr(1, domain.size() - 2)) {
        if (c >= 0x80) return false;
        address += static_cast<char>(c);
    }
    in6_addr parsed;  // large enough for either family
    return inet_pton(AF_INET, address.c_str(), &parsed) == 1 ||
           inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

}  // namespace

std::optional<std::string> username_problem(std::string_view username) {
    if (username.empty()) return "a user name must not be empty";
    if (reserved_group_names().contains(username)) {
        return "the name '" + std::string(username) + "' is one of zanhu's own groups; choose another";
    }
    const auto characters = code_points(username);
    if (!characters) return "a user name must be UTF-8 text";
    if (characters->size() > k_max_username) {
        return "a user name may have at most 150 characters; this one has " +
               std::to_string(characters->size());
    }
    for (const char32_t c : *characters) {
        if (c < 0x80 && std::u32string_view(U"_.@+-").find(c) != std::u32string_view::npos) continue;
        if (!is_letter_or_number(c)) {
            return "a user name may hold only letters, numbers and the characters _ . @ + -; this one "
                   "holds " +
                   name_of(c);
        }
        if (changes_under_nfkc(c)) {
            return "the character " + name_of(c) +
                   " has a plainer form under which Django would store it (Unicode NFKC); write the name "
                   "with the plain form";
        }
    }
    return std::nullopt;
}

std::optional<std::string> email_problem(std::string_view email) {
    if (email.empty()) return std::nullopt;
    const auto characters = code_points(email);
    if (!characters) return "an e-mail address must be UTF-8 text";
    if (characters->size() > k_max_email) return "an e-mail address may have at most 254 characters";
    const std::u32string_view all = *characters;
    const std::size_t at = all.rfind(U'@');
    if (at == std::u32string_view::npos) return "an e-mail address needs an @: name@example.com";
    const auto user = all.substr(0, at);
    const auto domain = all.substr(at + 1);
    if (!is_dot_atom(user) && !is_quoted_text(user)) {
        return "the part of the e-mail address before the @ has characters or dots that are not allowed "
               "there";
    }
    if (!is_domain(domain) && !is_address_literal(domain)) {
        return "the part of the e-mail address after the @ is no domain name such as example.com";
    }
    return std::nullopt;
}

}  // namespace zanhu::django
