#pragma once

#include <cstdint>
#include <string_view>

namespace zanhu {

/// Why a connection's user is anonymous: the first of Django's checks that failed, in the order in which they
/// are made.
enum class AnonymousReason : std::uint8_t {
    none,             ///< somebody is logged in
    no_key,           ///< the cookie is missing, or is no key of a session
    no_session,       ///< there is no session of that key
    expired,          ///< there is, and its time is over
    not_ours,         ///< it is not signed with the secret key or a fallback
    damaged,          ///< it is, and cannot be read
    pickled,          ///< it was written with PickleSerializer
    no_user,          ///< nobody has logged in with it
    unknown_backend,  ///< through a backend that is not in AUTHENTICATION_BACKENDS
    no_such_user,     ///< the user is gone, or the key is none of the user model's
    inactive,         ///< the user may not log in any more
    no_hash,          ///< nothing in it tells of the user's password
    other_password,   ///< the password was changed since, or the hash is of another secret key
};

/// A sentence for a person who looks after the site: what it means, and what to look at. Empty for `none`.
/// Any thread.
std::string_view describe(AnonymousReason reason) noexcept;

}  // namespace zanhu
