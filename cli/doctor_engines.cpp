#include "cli/doctor_engines.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace zanhu::cli {

namespace {

using storage::SessionEngine;

constexpr std::size_t k_shortest_key = 8;  // Django takes a shorter one for none
constexpr std::size_t k_longest_key = 40;  // django_session.session_key

/// As the engine signed_cookies makes them: data, time and signature with colons between.
bool looks_signed(const std::string& key) {
    return key.size() > k_longest_key && key.find(':') != std::string::npos;
}

bool has_cache(const storage::SessionOptions& options) {
    return options.engine == SessionEngine::cache || options.engine == SessionEngine::cached_db;
}

/// Why nothing can be in the directory; empty when it is one.
std::string problem_of_directory(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return errno == EACCES ? std::string() : std::generic_category().message(errno);
    return S_ISDIR(status.st_mode) ? std::string() : "is not a directory";
}

std::string remedy_for_missing_file(const storage::SessionOptions& options) {
    const std::string problem = problem_of_directory(options.file_path);
    return "[site] session_file_path, which is " + options.file_path +
           (problem.empty() ? std::string() : " (" + problem + ")") +
           ", must be the site's SESSION_FILE_PATH, and session_cookie_name its SESSION_COOKIE_NAME, with "
           "which the files' names begin. Under systemd PrivateTmp=yes gives the daemon a /tmp of its own";
}

std::string remedy_for_age(const storage::SessionOptions& options) {
    const bool is_file = options.engine == SessionEngine::file;
    if (!is_file && options.engine != SessionEngine::signed_cookies) return "";
    return "it counts from " + std::string(is_file ? "the last change of its file" : "its signing") +
           ", for [site] session_cookie_age, " + std::to_string(options.age.count()) +
           " s, which must be the site's SESSION_COOKIE_AGE";
}

}  // namespace

std::string why_no_key(const storage::SessionOptions& options, const std::string& key) {
    const std::string length = "the key has " + std::to_string(key.size()) + " characters; ";
    if (key.size() < k_shortest_key)
        return length + "Django takes fewer than " + std::to_string(k_shortest_key) + " for none";
    if (options.engine == SessionEngine::signed_cookies) return length + "no browser keeps so long a cookie";
    if (key.size() > k_longest_key)
        return length + "one of the database, a cache or a file has at most " + std::to_string(k_longest_key);
    return options.engine == SessionEngine::file ? "the key holds other characters than small letters and "
                                                   "digits, as the name of a file has them"
                                                 : "the key holds other characters than letters and digits";
}

std::string remedy_for_no_key(const storage::SessionOptions& options, const std::string& key) {
    if (looks_signed(key) && options.engine != SessionEngine::signed_cookies)
        return "this looks like a session of the engine signed_cookies: [site] session_engine must be the "
               "site's SESSION_ENGINE";
    return "give the value of the cookie `" + options.cookie_name + "` as the browser shows it";
}

std::string what_is_good(const storage::SessionOptions& options, bool cached) {
    if (cached) return "is in the cache, and can be read";
    return options.engine == SessionEngine::signed_cookies
               ? "is in the cookie, signed with our key, and has not expired"
               : "is there, is signed with our key and has not expired";
}

std::string remedy_for_session(const storage::SessionOptions& options,
                               AnonymousReason reason,
                               const std::string& key) {
    if (reason == AnonymousReason::expired) return remedy_for_age(options);
    if (reason == AnonymousReason::no_session && options.engine == SessionEngine::file)
        return remedy_for_missing_file(options);
    if (reason == AnonymousReason::no_session && has_cache(options))
        return "[site] session_cache_url, session_cache_prefix and session_cache_version must be LOCATION, "
               "KEY_PREFIX and VERSION of CACHES[SESSION_CACHE_ALIAS]";
    if (reason == AnonymousReason::not_ours && options.engine == SessionEngine::signed_cookies &&
        !looks_signed(key))
        return "the cookie holds the key of a session, not a session: [site] session_engine must be the "
               "site's SESSION_ENGINE";
    return "";
}

}  // namespace zanhu::cli
