#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The texts of auth_user.password (Django: contrib.auth.hashers). Free functions without state, callable from
// any thread; checking and making take tens to hundreds of milliseconds on purpose, so they run on the `hash`
// pool and never on a loop.
namespace zanhu::django {

enum class [[nodiscard]] PasswordCheck : std::uint8_t {
    right,
    wrong,
    unusable,           ///< starts with '!': nobody can log in with a password
    unknown_algorithm,  ///< a form that this build cannot check
    malformed,          ///< a known algorithm whose fields make no sense
};

/// Django 4.1's default; a site that raises it keeps its own value in a setting.
constexpr int k_default_iterations = 390000;
/// A row with more is refused as malformed: ten times Django 5.2's default, and some seconds of a worker.
constexpr int k_max_iterations = 10000000;

/// Only `right` and `wrong` cost the time of the hash. A caller that must not tell an unknown user from a
/// wrong password spends it with spend_check_time() in the other cases.
PasswordCheck check_password(std::string_view password, std::string_view encoded);

/// The rounds that checking this text takes; 0 when check_password() finds it neither right nor wrong.
[[nodiscard]] int iterations_of(std::string_view encoded) noexcept;

/// `pbkdf2_sha256$<iterations>$<22 random alphanumerics>$<base64>`. REQUIRES: 1 <= iterations <=
/// k_max_iterations
std::string make_password(std::string_view password, int iterations = k_default_iterations);

/// Takes as long as checking a password that was made with so many iterations.
void spend_check_time(std::string_view password, int iterations = k_default_iterations);

/// Whether a password could be right at all (Django: is_password_usable).
[[nodiscard]] bool is_usable(std::string_view encoded) noexcept;

/// '!' and 40 random alphanumerics: an account without a password (Django: set_unusable_password).
std::string make_unusable();

}  // namespace zanhu::django
