#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/value.h>

#include "core/django/signing.h"

namespace zanhu::django {

constexpr std::string_view k_session_salt = "django.contrib.sessions.SessionStore";
/// Of the session that is the cookie itself.
constexpr std::string_view k_signed_cookie_salt = "django.contrib.sessions.backends.signed_cookies";

/// Why session data could not be read: what belongs into the log, since to the client it is only "no
/// session".
enum class SessionFault : std::uint8_t {
    none,
    not_ours,  ///< no signature of SECRET_KEY or a fallback: another site's row, a changed key, or somebody's
               ///< forgery
    damaged,   ///< signed by us but no JSON object, or larger than k_max_signed_payload
    pickled,   ///< signed by us but written with PickleSerializer, which zanhu refuses to read
    expired,   ///< signed by us longer ago than the age allows
};
/// A sentence for the log that says what to do; empty for `none`.
std::string_view describe(SessionFault fault) noexcept;

/// Turns a session into the text of django_session.session_data and back (Django: SessionBase.encode and
/// decode with the default JSON serializer). Owned by whoever reads or writes sessions; immutable, so any
/// thread may use it.
class SessionCodec {
public:
    /// The salt follows the name of the site's session store class. Throws ConfigError when a secret is
    /// empty.
    explicit SessionCodec(std::string_view secret,
                          std::vector<std::string> fallbacks = {},
                          std::string_view salt = k_session_salt,
                          LegacySha1 legacy = LegacySha1::accept);

    /// `time`: of signing, seconds since 1970. Throws Error for what JSON cannot carry (Bytes, text that is
    /// not UTF-8, infinite numbers).
    std::string encode(const ValueMap& session, std::int64_t time) const;
    /// The same for text that is one JSON object already, compact and in ASCII as Python's json.dumps writes
    /// it.
    std::string encode_json(std::string_view json, std::int64_t time) const;

    /// Reads today's form and, unless refused, the one of Django before 3.1. std::nullopt when the data
    /// cannot be trusted or read; `fault`, if given, is told why.
    std::optional<ValueMap> decode(std::string_view session_data, SessionFault* fault = nullptr) const;
    /// As decode() of today's form, for what was signed at most `max_age` seconds before `now`.
    std::optional<ValueMap> decode_recent(std::string_view session_data,
                                          std::int64_t max_age,
                                          std::int64_t now,
                                          SessionFault& fault) const;
    /// The JSON text inside, after the signature was checked; it may still turn out not to be JSON.
    std::optional<std::string> decode_json(std::string_view session_data) const;

private:
    static std::optional<ValueMap> map_of(const std::string& json, SessionFault& fault);
    std::optional<std::string> decode_legacy(std::string_view session_data) const;

    Signer signer_;
    std::vector<std::string> legacy_secrets_;  // empty when the legacy form is refused
    std::string legacy_salt_;
};

/// A key for a new session: 32 characters of [a-z0-9] (Django: SessionBase._get_new_session_key).
std::string new_session_key();

}  // namespace zanhu::django
