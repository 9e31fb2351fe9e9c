#pragma once

#include <string>
#include <string_view>

#include "core/django/password.h"

// Argon2 (RFC 9106) through libargon2, as in Django's Argon2PasswordHasher. Any thread; it computes on the
// calling thread alone, however many lanes the row asks for.
namespace zanhu::django {

/// `fields`: `argon2id$v=19$m=...,t=...,p=...$<salt>$<hash>`, or argon2i or argon2d. More than a GiB, 64
/// passes or 64 lanes is malformed.
PasswordCheck check_argon2(std::string_view password, std::string_view fields);

/// The fields of a new password at Django's cost: argon2id, m=102400, t=2, p=8.
std::string make_argon2(std::string_view password);

/// Whether the fields have another variant or cost than make_argon2() gives.
[[nodiscard]] bool argon2_must_update(std::string_view fields) noexcept;

}  // namespace zanhu::django
