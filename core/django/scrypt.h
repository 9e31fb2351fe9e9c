#pragma once

#include <string>
#include <string_view>

#include "core/django/password.h"

// scrypt (RFC 7914) through OpenSSL, as in Django's ScryptPasswordHasher (4.0 and newer). Any thread.
namespace zanhu::django {

/// `fields`: `<N>$<salt>$<r>$<p>$<base64 of 64 bytes>`. More than a GiB, or 16 times Django's p, is
/// malformed.
PasswordCheck check_scrypt(std::string_view password, std::string_view fields);

/// The fields of a new password at Django's cost: N 16384, r 8, and p 1, from Django 5.1 on 5.
std::string make_scrypt(std::string_view password, int parallelism);

/// Whether the fields have another cost than make_scrypt() gives.
[[nodiscard]] bool scrypt_must_update(std::string_view fields, int parallelism) noexcept;

}  // namespace zanhu::django
