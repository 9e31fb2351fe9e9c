#include "core/django/password.h"

#include <cassert>

#include "core/django/crypto.h"
#include "core/django/pbkdf2.h"

namespace zanhu::django {

namespace {

constexpr std::size_t k_salt_length = 22;      // 131 bits, the least that reaches Django's 128
constexpr std::size_t k_unusable_length = 40;  // Django: UNUSABLE_PASSWORD_SUFFIX_LENGTH

struct Algorithm {
    std::string_view name;  // the text before the first '$'
    PasswordCheck (*check)(std::string_view password, std::string_view fields);
};

constexpr Algorithm k_algorithms[] = {
    {"pbkdf2_sha256", check_pbkdf2_sha256},
    {"pbkdf2_sha1", check_pbkdf2_sha1},
};

}  // namespace

PasswordCheck check_password(std::string_view password, std::string_view encoded) {
    if (!is_usable(encoded)) return PasswordCheck::unusable;
    const std::size_t dollar = encoded.find('$');
    if (dollar == std::string_view::npos) return PasswordCheck::unknown_algorithm;
    for (const Algorithm& algorithm : k_algorithms) {
        if (algorithm.name == encoded.substr(0, dollar))
            return algorithm.check(password, encoded.substr(dollar + 1));
    }
    return PasswordCheck::unknown_algorithm;
}

int iterations_of(std::string_view encoded) noexcept {
    const std::size_t dollar = encoded.find('$');
    if (dollar == std::string_view::npos) return 0;
    for (const Algorithm& algorithm : k_algorithms) {
        if (algorithm.name == encoded.substr(0, dollar))
            return pbkdf2_iterations(encoded.substr(dollar + 1)).value_or(0);
    }
    return 0;
}

std::string make_password(std::string_view password, int iterations) {
    assert(iterations >= 1 && iterations <= k_max_iterations);
    const std::string salt = random_string(k_salt_length);
    std::string encoded = "pbkdf2_sha256$" + std::to_string(iterations) + "$" + salt + "$";
    return encoded += pbkdf2_base64(Digest::sha256, password, salt, iterations);
}

void spend_check_time(std::string_view password, int iterations) {
    assert(iterations >= 1 && iterations <= k_max_iterations);
    static_cast<void>(pbkdf2_base64(Digest::sha256, password, "spend_check_time", iterations));
}

bool is_usable(std::string_view encoded) noexcept {
    return !encoded.starts_with('!');
}

std::string make_unusable() {
    return "!" + random_string(k_unusable_length);
}

}  // namespace zanhu::django
