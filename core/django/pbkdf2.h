#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/django/crypto.h"
#include "core/django/password.h"

// PBKDF2 with HMAC (RFC 8018), as in Django's PBKDF2PasswordHasher and PBKDF2SHA1PasswordHasher. Any thread.
namespace zanhu::django {

/// The derived key, as long as the digest, in padded base64.
std::string pbkdf2_base64(Digest kind, std::string_view password, std::string_view salt, int iterations);

/// The rounds of `<iterations>$...`; nothing when the number is none, or above k_max_iterations.
std::optional<int> pbkdf2_iterations(std::string_view fields) noexcept;

/// `fields`: what follows the algorithm's name and '$', that is `<iterations>$<salt>$<base64>`.
PasswordCheck check_pbkdf2_sha256(std::string_view password, std::string_view fields);
PasswordCheck check_pbkdf2_sha1(std::string_view password, std::string_view fields);

}  // namespace zanhu::django
