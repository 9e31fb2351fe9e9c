#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/django/crypto.h"
#include "core/django/password.h"

// PBKDF2 with HMAC (RFC 8018), as in Django's PBKDF2PasswordHasher and PBKDF2SHA1PasswordHasher. Any thread.
namespace zanhu::django {

/// The fields of a new password: `<iterations>$<22 random alphanumerics>$<base64>`. REQUIRES: 1 <= iterations
/// <= k_max_iterations
std::string make_pbkdf2(Digest kind, std::string_view password, int iterations);

/// The rounds of `<iterations>$...`; nothing when the number is none, or above k_max_iterations.
std::optional<int> pbkdf2_iterations(std::string_view fields) noexcept;

/// `fields`: what follows the algorithm's name and '$', that is `<iterations>$<salt>$<base64>`.
PasswordCheck check_pbkdf2_sha256(std::string_view password, std::string_view fields);
PasswordCheck check_pbkdf2_sha1(std::string_view password, std::string_view fields);

}  // namespace zanhu::django
