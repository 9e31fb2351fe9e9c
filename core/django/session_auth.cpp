#include "core/django/session_auth.h"

#include <algorithm>

#include "core/django/crypto.h"

namespace zanhu::django {

namespace {

std::string hash_of(std::string_view password_field, std::string_view secret, Digest kind) {
    static constexpr std::string_view k_salt =
        "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";
    return to_hex(salted_hmac(k_salt, password_field, secret, kind));
}

}  // namespace

std::string session_auth_hash(std::string_view password_field, std::string_view secret) {
    return hash_of(password_field, secret, Digest::sha256);
}

bool verify_session_auth_hash(std::string_view hash,
                              std::string_view password_field,
                              std::string_view secret,
                              const std::vector<std::string>& fallbacks) {
    if (hash.size() != 64 && hash.size() != 40) return false;
    const Digest kind = hash.size() == 64 ? Digest::sha256 : Digest::sha1;
    const auto made_with = [&](std::string_view key) {
        return constant_time_equal(hash, hash_of(password_field, key, kind));
    };
    return made_with(secret) || std::any_of(fallbacks.begin(), fallbacks.end(), made_with);
}

}  // namespace zanhu::django
