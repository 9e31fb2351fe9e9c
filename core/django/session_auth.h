#pragma once

#include <string>
#include <string_view>
#include <vector>

// The hash in a session that ties it to the user's password: it changes with the password, which ends the
// user's other sessions (Django: AbstractBaseUser.get_session_auth_hash). Free functions without state,
// callable from any thread.
namespace zanhu::django {

/// What a new session stores as `_auth_user_hash`: hexadecimal digits, over the text of auth_user.password.
std::string session_auth_hash(std::string_view password_field, std::string_view secret);

/// Whether the session's hash belongs to that password under the secret or one of the fallbacks, with SHA-256
/// or the SHA-1 of Django before 3.1. An empty hash never does. Takes the same time wherever the hashes
/// differ.
[[nodiscard]] bool verify_session_auth_hash(std::string_view hash,
                                            std::string_view password_field,
                                            std::string_view secret,
                                            const std::vector<std::string>& fallbacks);

}  // namespace zanhu::django
