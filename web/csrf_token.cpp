#include <sys/random.h>

#include <algorithm>
#include <array>
#include <optional>

#include <zanhu/errors.h>

#include "web/csrf.h"
#include "web/site_cookies.h"

namespace zanhu::web {
namespace {

constexpr std::size_t k_secret_length = 32;
constexpr std::string_view k_alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool is_token_form(std::string_view token) noexcept {
    return (token.size() == k_secret_length || token.size() == 2 * k_secret_length) &&
           token.find_first_not_of(k_alphabet) == std::string_view::npos;
}

// REQUIRES: is_token_form(token)
std::string secret_of(std::string_view token) {
    if (token.size() == k_secret_length) return std::string(token);
    std::string secret;
    for (std::size_t i = 0; i < k_secret_length; ++i) {
        const std::size_t cipher = k_alphabet.find(token[k_secret_length + i]);
        const std::size_t mask = k_alphabet.find(token[i]);
        secret += k_alphabet[(cipher + k_alphabet.size() - mask) % k_alphabet.size()];
    }
    return secret;
}

std::string random_secret() {
    // Bytes above the last multiple of 62 are thrown away, so that every character is equally likely.
    constexpr unsigned char k_usable = 256 / k_alphabet.size() * k_alphabet.size();
    std::string secret;
    std::array<unsigned char, 64> bytes{};
    while (secret.size() < k_secret_length) {
        if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
            throw Error("the system gives no random bytes: getrandom failed");
        }
        for (const unsigned char byte : bytes) {
            if (byte < k_usable && secret.size() < k_secret_length)
                secret += k_alphabet[byte % k_alphabet.size()];
        }
    }
    return secret;
}

}  // namespace

CsrfToken csrf_token(const Request& request, const SiteOptions& site) {
    const std::optional<std::string_view> cookie = request.cookie(site.csrf_cookie_name);
    if (!cookie || !is_token_form(*cookie)) return new_csrf_token();
    CsrfToken token;
    token.value = *cookie;
    return token;
}

CsrfToken new_csrf_token() {
    CsrfToken token;
    token.value = random_secret();
    token.is_new = true;
    return token;
}

void set_csrf_cookie(Response& response,
                     const CsrfToken& token,
                     const Request& request,
                     const SiteOptions& site) {
    if (token.is_new) response.set_cookie(csrf_cookie(token.value, site, request.is_secure()));
}

bool same_csrf_secret(std::string_view left, std::string_view right) {
    if (!is_token_form(left) || !is_token_form(right)) return false;
    const std::string one = secret_of(left);
    const std::string other = secret_of(right);
    volatile unsigned char difference = 0;
    for (std::size_t i = 0; i < k_secret_length; ++i) {
        difference = static_cast<unsigned char>(difference | (one[i] ^ other[i]));
    }
    return difference == 0;
}

}  // namespace zanhu::web
