#pragma once

#include <string>
#include <string_view>

#include "core/django/password.h"

// bcrypt and the old crypt(3) hashes through libxcrypt, as in Django's BCryptSHA256PasswordHasher,
// BCryptPasswordHasher and CryptPasswordHasher. Any thread.
namespace zanhu::django {

/// `fields`: `$2b$<rounds>$<22 salt><31 hash>`, also $2a$ and $2y$. More than 16 rounds, 65,536 times the
/// work, is malformed. The password is cut at 72 bytes, as bcrypt does.
PasswordCheck check_bcrypt(std::string_view password, std::string_view fields);
/// The same over the hexadecimal SHA-256 of the password, so that nothing is cut.
PasswordCheck check_bcrypt_sha256(std::string_view password, std::string_view fields);

/// The fields of a new password at Django's cost, 12 rounds. A password with NUL cannot be stored by bcrypt:
/// throws Error.
std::string make_bcrypt(std::string_view password);
std::string make_bcrypt_sha256(std::string_view password);

/// Whether the fields have another cost than the two above give.
[[nodiscard]] bool bcrypt_must_update(std::string_view fields) noexcept;

/// `fields`: `<salt or nothing>$<what crypt(3) gave>`.
PasswordCheck check_crypt(std::string_view password, std::string_view fields);

}  // namespace zanhu::django
