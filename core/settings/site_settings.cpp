#include "core/settings/site_settings.h"

#include <Poco/String.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include <zanhu/headers.h>
#include <zanhu/names.h>

#include "core/settings/settings.h"

namespace zanhu::settings {
namespace {

/// What a password costs by default in a release of Django (contrib.auth.hashers).
struct DjangoCosts {
    std::string_view version;
    int iterations;
    int scrypt_parallelism;
};

constexpr DjangoCosts k_django_costs[] = {
    {"3.2", 260'000, 1},
    {"4.0", 320'000, 1},
    {"4.1", 390'000, 1},
    {"4.2", 600'000, 1},
    {"5.0", 720'000, 1},
    {"5.1", 870'000, 5},
    {"5.2", 1'000'000, 5},
};

constexpr int k_fewest_iterations = 10'000;

const DjangoCosts& costs_of(std::string_view version) {
    return *std::find_if(std::begin(k_django_costs),
                         std::end(k_django_costs),
                         [version](const DjangoCosts& costs) { return costs.version == version; });
}

constexpr const char* k_make_one = "make one with: openssl rand -base64 48";

bool is_attribute(std::string_view text) {
    return std::all_of(
        text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f && c != ';' && c != ','; });
}

class SiteReader {
public:
    explicit SiteReader(const Settings& settings) : settings_(settings), view_(settings.section("site")) {}

    SiteSettings read() {
        read_secrets();
        read_hosts();
        read_cookies();
        read_rest();
        problems_.raise_if_any();
        return std::move(site_);
    }

private:
    void refuse(bool wrong, std::string_view key, const std::string& problem) {
        if (wrong) problems_.add(settings_.describe("site", key, problem));
    }

    void check_secret(std::string_view key, const std::string& secret) {
        if (secret == k_placeholder_secret) {
            refuse(true, key, std::string("is still the sample's placeholder; ") + k_make_one);
        } else {
            refuse(secret.size() < k_shortest_secret,
                   key,
                   "has " + std::to_string(secret.size()) + " characters, and " +
                       std::to_string(k_shortest_secret) + " are the least; " + k_make_one);
        }
    }

    void read_secrets() {
        const auto key_origin = settings_.origin("site", "secret_key");
        const auto file_origin = settings_.origin("site", "secret_key_file");
        const bool has_key = !view_.text("secret_key").empty();
        const bool has_file = !view_.text("secret_key_file").empty();
        // Both set in different places is not a conflict: the environment's file stands above the file's key.
        refuse(has_key && has_file && key_origin == file_origin,
               "secret_key_file",
               "is set together with secret_key; remove one of the two");
        if (has_file && (!has_key || file_origin > key_origin)) {
            read_secret_file();
        } else if (has_key) {
            site_.secret_key = view_.text("secret_key");
            check_secret("secret_key", site_.secret_key);
        } else {
            refuse(settings_.secret_key_policy() == SecretKey::required,
                   "secret_key",
                   std::string("is missing; set it, or ZANHU_SITE_SECRET_KEY, or secret_key_file; ") +
                       k_make_one);
        }
        site_.secret_key_fallbacks = view_.list("secret_key_fallbacks");
        for (const auto& secret : site_.secret_key_fallbacks)
            refuse(secret.size() < k_shortest_secret,
                   "secret_key_fallbacks",
                   "a key of " + std::to_string(secret.size()) + " characters is too short; remove it");
    }

    void read_secret_file() {
        constexpr std::size_t k_longest = 4096;
        const auto& path = view_.text("secret_key_file");
        if (!path.starts_with('/')) {
            return refuse(true, "secret_key_file", "`" + path + "` is relative; write an absolute path");
        }
        errno = 0;
        std::ifstream stream(path, std::ios::binary);
        std::string text(k_longest + 1, '\0');
        stream.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(stream.gcount()));
        if (!stream.is_open() || stream.bad()) {
            // A program that signs nothing may run as somebody who may not read the key.
            return refuse(settings_.secret_key_policy() == SecretKey::required,
                          "secret_key_file",
                          "`" + path + "` cannot be read (" + std::strerror(errno) +
                              "); check the path and the permissions");
        }
        Poco::trimInPlace(text);
        refuse(text.size() > k_longest || text.find('\n') != std::string::npos,
               "secret_key_file",
               "`" + path + "` holds more than one line; let it hold the key alone");
        check_secret("secret_key_file", text);
        site_.secret_key = std::move(text);
    }

    void read_hosts() {
        site_.allowed_hosts = view_.list("allowed_hosts");
        for (const auto& host : site_.allowed_hosts) {
            refuse(host.find('/') != std::string::npos,
                   "allowed_hosts",
                   "`" + host + "` is more than a host; write the name alone, without scheme or path");
            const auto behind = host.starts_with('[') ? host.find("]:") : host.find(':');
            refuse(host.find('/') == std::string::npos && behind != std::string::npos,
                   "allowed_hosts",
                   "`" + host + "` has a port; write the name alone, and an IPv6 address as [::1]");
            refuse(host.size() > 1 && host.find('*') != std::string::npos,
                   "allowed_hosts",
                   "`" + host + "` would match nothing; write .example.com for a domain and all below it");
        }
        if (site_.allowed_hosts.empty()) site_.allowed_hosts = {"localhost", "127.0.0.1", "[::1]"};
        site_.csrf_trusted_origins = view_.list("csrf_trusted_origins");
        for (const auto& origin : site_.csrf_trusted_origins)
            refuse(!origin.starts_with("http://") && !origin.starts_with("https://"),
                   "csrf_trusted_origins",
                   "`" + origin + "` has no scheme; write https://" + origin);
    }

    void read_cookies() {
        using SameSite = SiteSettings::SameSite;
        site_.session_cookie_name = cookie_name("session_cookie_name");
        site_.csrf_cookie_name = cookie_name("csrf_cookie_name");
        refuse(site_.session_cookie_name == site_.csrf_cookie_name,
               "csrf_cookie_name",
               "is the same as session_cookie_name; give it another name");
        site_.session_cookie_age =
            std::chrono::duration_cast<std::chrono::seconds>(view_.duration("session_cookie_age"));
        site_.session_cookie_domain = view_.text("session_cookie_domain");
        site_.session_cookie_path = view_.text("session_cookie_path");
        refuse(!is_attribute(site_.session_cookie_domain),
               "session_cookie_domain",
               "`" + site_.session_cookie_domain + "` is not a domain; write one such as .example.com");
        refuse(!site_.session_cookie_path.starts_with('/') || !is_attribute(site_.session_cookie_path),
               "session_cookie_path",
               "`" + site_.session_cookie_path + "` is not a path; write / or one such as /chat");
        site_.session_cookie_secure = view_.boolean("session_cookie_secure");
        site_.session_cookie_httponly = view_.boolean("session_cookie_httponly");
        const auto& same_site = view_.text("session_cookie_samesite");
        site_.session_cookie_samesite = same_site == "None"     ? SameSite::none
                                        : same_site == "Strict" ? SameSite::strict
                                                                : SameSite::lax;
        refuse(
            site_.session_cookie_samesite == SameSite::none && !site_.session_cookie_secure,
            "session_cookie_samesite",
            "browsers drop such a cookie unless it is Secure; set session_cookie_secure = yes, or use Lax");
        site_.csrf_cookie_secure = view_.boolean("csrf_cookie_secure");
    }

    std::string cookie_name(std::string_view key) {
        const auto& name = view_.text(key);
        // RFC 6265 section 4.1.1: a cookie's name is a token.
        refuse(!is_token(name), key, "`" + name + "` is not a cookie's name; use letters, digits, - and _");
        return name;
    }

    void read_rest() {
        site_.session_salt = view_.text("session_salt");
        site_.authentication_backends = view_.list("authentication_backends");
        refuse(site_.authentication_backends.empty(),
               "authentication_backends",
               "is empty, so that everybody would be anonymous; list the site's AUTHENTICATION_BACKENDS");
        site_.user_group = view_.text("user_group");
        if (const auto problem = user_group_pattern_problem(site_.user_group))
            refuse(true, "user_group", "`" + site_.user_group + "`: " + *problem);
        read_password_costs();
        site_.title = view_.text("title");
    }

    void read_password_costs() {
        site_.password_hashers = view_.list("password_hashers");
        const DjangoCosts& costs = costs_of(view_.text("django_version"));
        site_.scrypt_parallelism = costs.scrypt_parallelism;
        const auto iterations = static_cast<int>(view_.integer("password_iterations"));
        refuse(iterations != 0 && iterations < k_fewest_iterations,
               "password_iterations",
               "`" + std::to_string(iterations) + "` is too few to protect anybody; write at least " +
                   std::to_string(k_fewest_iterations) + ", or 0");
        site_.password_iterations = iterations == 0 ? costs.iterations : iterations;
    }

    const Settings& settings_;
    const ConfigView view_;
    Problems problems_;
    SiteSettings site_;
};

}  // namespace

SiteSettings SiteSettings::from(const Settings& settings) {
    return SiteReader(settings).read();
}

}  // namespace zanhu::settings
