#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace zanhu::settings {

class Settings;

/// What etc/zanhu.ini has in the place of a secret key; refused like a missing one.
inline constexpr std::string_view k_placeholder_secret = "change-me";

/// Django's SECRET_KEY below this length is a guess away; Django's own check warns there too.
inline constexpr std::size_t k_shortest_secret = 32;

/// [site]: Django's settings of the same names in lower case.
struct SiteSettings {
    enum class SameSite { lax, strict, none };

    std::string secret_key;
    std::vector<std::string> secret_key_fallbacks;
    std::vector<std::string> allowed_hosts;  ///< never empty: without the key localhost, 127.0.0.1 and [::1]
    std::string session_cookie_name;
    std::chrono::seconds session_cookie_age{};
    std::string session_cookie_domain;
    std::string session_cookie_path;
    bool session_cookie_secure = false;
    bool session_cookie_httponly = true;
    SameSite session_cookie_samesite = SameSite::lax;
    std::string csrf_cookie_name;
    bool csrf_cookie_secure = false;
    std::vector<std::string> csrf_trusted_origins;
    std::string session_salt;                          ///< empty: Django's
    std::vector<std::string> authentication_backends;  ///< never empty
    std::string user_group;                            ///< holds `{username}` exactly once
    std::vector<std::string> password_hashers;  ///< by Django's names for the algorithms, not yet looked at
    int password_iterations = 0;                ///< of PBKDF2; that of django_version when the key is 0
    int scrypt_parallelism = 1;                 ///< that of django_version
    std::string title;

    /// Reads secret_key_file when it is set. Throws ConfigError.
    static SiteSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
