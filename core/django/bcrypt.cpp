#include "core/django/bcrypt.h"

#include <crypt.h>

#include <charconv>
#include <memory>
#include <optional>

#include <zanhu/errors.h>

#include "core/django/crypto.h"

namespace zanhu::django {

namespace {

constexpr unsigned long k_rounds = 12;       // Django's default
constexpr unsigned long k_most_rounds = 16;  // some four seconds of a worker
constexpr std::size_t k_length = 60;
constexpr std::size_t k_hash_begin = 29;

/// What crypt(3) makes of it; nothing when it cannot read the setting. REQUIRES: no NUL in the password
std::optional<std::string> crypted(const std::string& password, const std::string& setting) {
    const auto data = std::make_unique<crypt_data>();
    const char* result = ::crypt_r(password.c_str(), setting.c_str(), data.get());
    if (result == nullptr || *result == '*') return std::nullopt;
    return std::string(result);
}

std::optional<unsigned long> rounds_of(std::string_view fields) noexcept {
    const bool known = fields.starts_with("$2b$") || fields.starts_with("$2a$") || fields.starts_with("$2y$");
    if (!known || fields.size() != k_length || fields[6] != '$') return std::nullopt;
    unsigned long rounds = 0;
    const auto [end, error] = std::from_chars(fields.data() + 4, fields.data() + 6, rounds);
    if (error != std::errc() || end != fields.data() + 6 || rounds > k_most_rounds) return std::nullopt;
    return rounds;
}

std::string sha256_hex(std::string_view password) {
    return to_hex(digest(Digest::sha256, password));
}

PasswordCheck compare(std::string_view password, std::string_view setting, std::string_view expected) {
    if (password.find('\0') != std::string_view::npos)
        return PasswordCheck::wrong;  // crypt(3) would stop there
    const auto actual = crypted(std::string(password), std::string(setting));
    if (!actual) return PasswordCheck::malformed;
    return constant_time_equal(*actual, expected) ? PasswordCheck::right : PasswordCheck::wrong;
}

}  // namespace

PasswordCheck check_bcrypt(std::string_view password, std::string_view fields) {
    if (!rounds_of(fields)) return PasswordCheck::malformed;
    return compare(password, fields.substr(0, k_hash_begin), fields);
}

PasswordCheck check_bcrypt_sha256(std::string_view password, std::string_view fields) {
    return check_bcrypt(sha256_hex(password), fields);
}

std::string make_bcrypt(std::string_view password) {
    if (password.find('\0') != std::string_view::npos)
        throw Error("bcrypt cannot store a password that holds a NUL; choose another, or another hasher");
    const std::string entropy = random_string(16);
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (::crypt_gensalt_rn(
            "$2b$", k_rounds, entropy.data(), static_cast<int>(entropy.size()), setting, sizeof setting) ==
        nullptr)
        throw Error("libxcrypt failed at a new password: check the installation of libcrypt");
    const auto made = crypted(std::string(password), setting);
    if (!made) throw Error("libxcrypt does not know bcrypt: check the installation of libcrypt");
    return *made;
}

std::string make_bcrypt_sha256(std::string_view password) {
    return make_bcrypt(sha256_hex(password));
}

bool bcrypt_must_update(std::string_view fields) noexcept {
    return rounds_of(fields) != k_rounds;
}

PasswordCheck check_crypt(std::string_view password, std::string_view fields) {
    const std::size_t dollar = fields.find('$');
    if (dollar == std::string_view::npos || dollar + 1 == fields.size()) return PasswordCheck::malformed;
    const std::string_view expected = fields.substr(dollar + 1);
    return compare(password, expected, expected);
}

}  // namespace zanhu::django
