#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/django/hasher.h"

// The texts of auth_user.password (Django: contrib.auth.hashers). Free functions without state, callable from
// any thread; checking and making take tens to hundreds of milliseconds on purpose, so they run on the `hash`
// pool and never on a loop.
namespace zanhu::django {

enum class [[nodiscard]] PasswordCheck : std::uint8_t {
    right,
    wrong,
    unusable,      ///< starts with '!': nobody can log in with a password
    not_accepted,  ///< an unknown algorithm, or one that is not among the site's PASSWORD_HASHERS
    malformed,     ///< a known algorithm whose fields make no sense, or cost more than a log-in may
};

/// Django 4.1's default; a site that raises it keeps its own value in a setting.
constexpr int k_default_iterations = 390000;
/// A row with more is refused as malformed: ten times Django 5.2's default, and some seconds of a worker.
constexpr int k_max_iterations = 10000000;

/// Django's default PASSWORD_HASHERS.
std::vector<Hasher> djangos_hashers();

/// A site's PASSWORD_HASHERS, and what new passwords cost. A value type.
struct PasswordHashers {
    /// The first makes new passwords and must not be verify-only; rows of all of them are believed.
    std::vector<Hasher> accepted = djangos_hashers();
    int iterations = k_default_iterations;  ///< of PBKDF2; 1 to k_max_iterations
    int scrypt_parallelism = 1;             ///< 5 from Django 5.1 on

    [[nodiscard]] Hasher preferred() const noexcept { return accepted.front(); }
    [[nodiscard]] bool accepts(Hasher hasher) const noexcept;
};

/// Only `right` and `wrong` cost the time of the hash. A caller that must not tell an unknown user from a
/// wrong password spends it with spend_check_time() in the other cases.
PasswordCheck check_password(std::string_view password,
                             std::string_view encoded,
                             const PasswordHashers& hashers);

/// The rounds that checking this row takes; 0 when it is not of pbkdf2_sha256, the one hasher whose cost
/// sites raise.
[[nodiscard]] int iterations_of(std::string_view encoded) noexcept;

/// A row of the preferred hasher. Throws Error when it cannot store this password (bcrypt and NUL).
std::string make_password(std::string_view password, const PasswordHashers& hashers);

/// Whether a row that was found right is of another hasher or cost than make_password() gives now (Django:
/// must_update).
[[nodiscard]] bool must_update(std::string_view encoded, const PasswordHashers& hashers) noexcept;

/// Takes as long as checking a row of the preferred hasher.
void spend_check_time(std::string_view password, const PasswordHashers& hashers);

/// Whether a password could be right at all (Django: is_password_usable).
[[nodiscard]] bool is_usable(std::string_view encoded) noexcept;

/// '!' and 40 random alphanumerics: an account without a password (Django: set_unusable_password).
std::string make_unusable();

}  // namespace zanhu::django
