#include "core/settings/schema_parts.h"

namespace zanhu::settings {
namespace {

constexpr KeySpec k_pools[] = {
    {.key = "db_threads",
     .kind = ValueKind::integer,
     .default_value = "4",
     .help = "threads for statements",
     .minimum = 1,
     .maximum = 64},
    {.key = "db_queue",
     .kind = ValueKind::integer,
     .default_value = "1024",
     .help = "statements that may wait; more are refused with 503",
     .minimum = 1,
     .maximum = 1'000'000},
    {.key = "sync_threads",
     .kind = ValueKind::integer,
     .default_value = "4",
     .help = "threads for handlers of synchronous consumers",
     .minimum = 1,
     .maximum = 64},
    {.key = "sync_queue",
     .kind = ValueKind::integer,
     .default_value = "1024",
     .help = "handlers of synchronous consumers that may wait; more are refused with 503",
     .minimum = 1,
     .maximum = 1'000'000},
    {.key = "hash_threads",
     .kind = ValueKind::integer,
     .default_value = "2",
     .help = "threads for password hashes",
     .minimum = 1,
     .maximum = 16},
    {.key = "hash_queue",
     .kind = ValueKind::integer,
     .default_value = "64",
     .help = "password hashes that may wait; more are refused with 503",
     .minimum = 1,
     .maximum = 1'000'000},
};

constexpr KeySpec k_site[] = {
    {.key = "secret_key",
     .kind = ValueKind::secret,
     .default_value = "",
     .help =
         "SECRET_KEY, the same as Django's; 32 characters or more; make one with: openssl rand -base64 48"},
    {.key = "secret_key_file",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "a file that holds the secret key, in place of secret_key"},
    {.key = "secret_key_fallbacks",
     .kind = ValueKind::secret_list,
     .default_value = "",
     .help = "SECRET_KEY_FALLBACKS: former keys that are still good for reading"},
    {.key = "allowed_hosts",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "ALLOWED_HOSTS: the names of this site; .example.com is the domain and all below it; empty: "
             "localhost, 127.0.0.1, [::1]"},
    {.key = "session_cookie_name",
     .kind = ValueKind::text,
     .default_value = "sessionid",
     .help = "SESSION_COOKIE_NAME"},
    {.key = "session_cookie_age",
     .kind = ValueKind::duration,
     .default_value = "1209600",
     .help = "SESSION_COOKIE_AGE",
     .minimum = 1 * k_second,
     .maximum = 3650 * k_day},
    {.key = "session_cookie_domain",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "SESSION_COOKIE_DOMAIN; empty: the host alone"},
    {.key = "session_cookie_path",
     .kind = ValueKind::text,
     .default_value = "/",
     .help = "SESSION_COOKIE_PATH"},
    {.key = "session_cookie_secure",
     .kind = ValueKind::boolean,
     .default_value = "no",
     .help = "SESSION_COOKIE_SECURE: say yes when browsers reach the site by https"},
    {.key = "session_cookie_httponly",
     .kind = ValueKind::boolean,
     .default_value = "yes",
     .help = "SESSION_COOKIE_HTTPONLY"},
    {.key = "session_cookie_samesite",
     .kind = ValueKind::choice,
     .default_value = "Lax",
     .help = "SESSION_COOKIE_SAMESITE; None needs session_cookie_secure = yes",
     .choices = "Lax|Strict|None"},
    {.key = "csrf_cookie_name",
     .kind = ValueKind::text,
     .default_value = "csrftoken",
     .help = "CSRF_COOKIE_NAME"},
    {.key = "csrf_cookie_secure",
     .kind = ValueKind::boolean,
     .default_value = "no",
     .help = "CSRF_COOKIE_SECURE: say yes when browsers reach the site by https"},
    {.key = "csrf_trusted_origins",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "CSRF_TRUSTED_ORIGINS: origins with their scheme, such as https://*.example.com"},
    {.key = "session_salt",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "the qualified name of a session store of the site's own, such as shop.sessions.SessionStore; "
             "empty: Django's"},
    {.key = "authentication_backends",
     .kind = ValueKind::list,
     .default_value = "django.contrib.auth.backends.ModelBackend",
     .help = "AUTHENTICATION_BACKENDS: a session that another one has made is nobody's; zanhu's own log-in "
             "writes the first"},
    {.key = "user_group",
     .kind = ValueKind::text,
     .default_value = "{username}",
     .help = "the group in which a user's sockets are; {username} stands for the name"},
    {.key = "password_hashers",
     .kind = ValueKind::list,
     .default_value = "pbkdf2_sha256, pbkdf2_sha1, argon2, bcrypt_sha256, scrypt",
     .help = "PASSWORD_HASHERS by their algorithms: the first makes new passwords, all are believed; also "
             "bcrypt, and "
             "for old rows sha1, md5, unsalted_sha1, unsalted_md5, crypt"},
    {.key = "django_version",
     .kind = ValueKind::choice,
     .default_value = "4.1",
     .help = "the site's Django, whose cost new passwords get",
     .choices = "3.2|4.0|4.1|4.2|5.0|5.1|5.2"},
    {.key = "password_iterations",
     .kind = ValueKind::integer,
     .default_value = "0",
     .help = "rounds of PBKDF2 for passwords set from now on; 0: as many as that Django takes",
     .minimum = 0,
     .maximum = 10'000'000},
    {.key = "title",
     .kind = ValueKind::text,
     .default_value = "zanhu",
     .help = "the name in the pages' heads"},
};

constexpr KeySpec k_login[] = {
    {.key = "attempts",
     .kind = ValueKind::integer,
     .default_value = "10",
     .help = "failed log-ins of an account, and of an address, before the next must wait",
     .minimum = 1,
     .maximum = 1'000'000},
    {.key = "window",
     .kind = ValueKind::duration,
     .default_value = "300s",
     .help = "how long a failed log-in counts",
     .minimum = 1 * k_second,
     .maximum = k_day},
};

constexpr KeySpec k_logging[] = {
    {.key = "level",
     .kind = ValueKind::choice,
     .default_value = "information",
     .help = "the least that is logged",
     .choices = "fatal|critical|error|warning|notice|information|debug|trace",
     .reloadable = true},
    {.key = "file",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "the log's file; empty: standard error"},
    {.key = "format",
     .kind = ValueKind::choice,
     .default_value = "text",
     .help = "one line of text, or one JSON object, an entry",
     .choices = "text|json"},
};

}  // namespace

std::span<const KeySpec> pools_keys() {
    return k_pools;
}
std::span<const KeySpec> site_keys() {
    return k_site;
}
std::span<const KeySpec> login_keys() {
    return k_login;
}
std::span<const KeySpec> logging_keys() {
    return k_logging;
}

}  // namespace zanhu::settings
