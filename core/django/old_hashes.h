#pragma once

#include <string_view>

#include "core/django/password.h"

// The hashes of old rows, which Django read until 5.0: one round of SHA-1 or MD5. They can be checked and are
// never made. Any thread.
namespace zanhu::django {

/// `fields`: `<salt>$<hex of SHA-1(salt + password)>`
PasswordCheck check_sha1(std::string_view password, std::string_view fields);
PasswordCheck check_md5(std::string_view password, std::string_view fields);

/// `fields`: the hexadecimal digest of the password alone.
PasswordCheck check_unsalted_sha1(std::string_view password, std::string_view fields);
PasswordCheck check_unsalted_md5(std::string_view password, std::string_view fields);

}  // namespace zanhu::django
