#include <zanhu/anonymous.h>

namespace zanhu {

std::string_view describe(AnonymousReason reason) noexcept {
    switch (reason) {
        case AnonymousReason::none:
            return "";
        case AnonymousReason::no_key:
            return "the browser sent no session cookie, or one that holds no key: [site] session_cookie_name "
                   "must be the site's SESSION_COOKIE_NAME, and the cookie's domain, path and Secure must "
                   "let the browser send it to zanhu";
        case AnonymousReason::no_session:
            return "there is no session of that key: [database] url and [site] session_engine must be where "
                   "the Django site keeps its sessions; or the person has logged out";
        case AnonymousReason::expired:
            return "the session's time is over (SESSION_COOKIE_AGE): the person must log in again";
        case AnonymousReason::not_ours:
            return "the session is not signed with our key: [site] secret_key must be the site's SECRET_KEY, "
                   "secret_key_fallbacks hold its former ones, and session_salt be that of its session store";
        case AnonymousReason::damaged:
            return "the session is where it should be, and what it holds is no session of at most 1 MiB: "
                   "[site] session_engine must be the site's; of a cache zlib and gzip are read, not lz4, "
                   "lzma "
                   "or zstd";
        case AnonymousReason::pickled:
            return "the session was written with PickleSerializer, which is never read: set "
                   "SESSION_SERIALIZER of the Django site to "
                   "django.contrib.sessions.serializers.JSONSerializer";
        case AnonymousReason::no_user:
            return "nobody has logged in with that session";
        case AnonymousReason::unknown_backend:
            return "the person logged in through a backend that is not in [site] authentication_backends; "
                   "list all of the site's AUTHENTICATION_BACKENDS";
        case AnonymousReason::no_such_user:
            return "the session's user does not exist: [database] url and [users] must name the table in "
                   "which the site keeps its users; or the account was removed";
        case AnonymousReason::inactive:
            return "the account is not active";
        case AnonymousReason::no_hash:
            return "the session holds no hash of the user's password, as Django's login() puts one there: "
                   "the site logs people in by code of its own";
        case AnonymousReason::other_password:
            return "the user's password was changed since the log-in, or the session was made with a secret "
                   "key that is neither [site] secret_key nor among secret_key_fallbacks";
    }
    return "";
}

}  // namespace zanhu
