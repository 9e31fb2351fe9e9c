#include "core/django/pbkdf2.h"

#include <openssl/evp.h>

#include <cassert>
#include <optional>

#include <zanhu/errors.h>

#include "core/django/password_fields.h"

namespace zanhu::django {

namespace {

constexpr std::size_t k_salt_length = 22;  // 131 bits, the least that reaches Django's 128

std::optional<int> parse_iterations(std::string_view text) noexcept {
    int number = 0;
    if (text.starts_with('0') || !read_number(text, number)) return std::nullopt;
    if (number < 1 || number > k_max_iterations) return std::nullopt;
    return number;
}

/// The derived key, as long as the digest, in padded base64.
std::string pbkdf2_base64(Digest kind, std::string_view password, std::string_view salt, int iterations) {
    std::string key(kind == Digest::sha256 ? 32 : 20, '\0');
    const EVP_MD* method = kind == Digest::sha256 ? EVP_sha256() : EVP_sha1();
    const char* password_data = password.empty() ? "" : password.data();
    if (PKCS5_PBKDF2_HMAC(password_data,
                          static_cast<int>(password.size()),
                          reinterpret_cast<const unsigned char*>(salt.data()),
                          static_cast<int>(salt.size()),
                          iterations,
                          method,
                          static_cast<int>(key.size()),
                          reinterpret_cast<unsigned char*>(key.data())) != 1) {
        throw Error("OpenSSL failed at PBKDF2: check the installation of OpenSSL 3");
    }
    return to_base64(key);
}

PasswordCheck check(Digest kind, std::string_view password, std::string_view fields) {
    const auto iterations = parse_iterations(take_field(fields));
    const std::string_view salt = take_field(fields);
    const std::string_view expected = fields;
    const std::size_t length = kind == Digest::sha256 ? 44 : 28;  // of 32 and 20 bytes in padded base64
    if (!iterations || salt.empty() || expected.size() != length) return PasswordCheck::malformed;
    const std::string actual = pbkdf2_base64(kind, password, salt, *iterations);
    return constant_time_equal(actual, expected) ? PasswordCheck::right : PasswordCheck::wrong;
}

}  // namespace

std::optional<int> pbkdf2_iterations(std::string_view fields) noexcept {
    return parse_iterations(take_field(fields));
}

std::string make_pbkdf2(Digest kind, std::string_view password, int iterations) {
    assert(iterations >= 1 && iterations <= k_max_iterations);
    const std::string salt = random_string(k_salt_length);
    return std::to_string(iterations) + "$" + salt + "$" + pbkdf2_base64(kind, password, salt, iterations);
}

PasswordCheck check_pbkdf2_sha256(std::string_view password, std::string_view fields) {
    return check(Digest::sha256, password, fields);
}

PasswordCheck check_pbkdf2_sha1(std::string_view password, std::string_view fields) {
    return check(Digest::sha1, password, fields);
}

}  // namespace zanhu::django
