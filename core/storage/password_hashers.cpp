#include "core/storage/password_hashers.h"

#include <zanhu/errors.h>

#include "core/settings/site_settings.h"

namespace zanhu::storage {

namespace {

[[noreturn]] void refuse(const settings::Settings& settings, const std::string& problem) {
    throw ConfigError(settings.describe("site", "password_hashers", problem));
}

}  // namespace

django::PasswordHashers password_hashers(const settings::Settings& settings) {
    const auto site = settings::SiteSettings::from(settings);
    django::PasswordHashers hashers;
    hashers.iterations = site.password_iterations;
    hashers.scrypt_parallelism = site.scrypt_parallelism;
    hashers.accepted.clear();
    for (const std::string& name : site.password_hashers) {
        const auto hasher = django::hasher_named(name);
        if (!hasher)
            refuse(settings,
                   "`" + name + "` is no hasher; choose from " + std::string(django::hasher_names()));
        hashers.accepted.push_back(*hasher);
    }
    if (hashers.accepted.empty()) refuse(settings, "is empty; name at least pbkdf2_sha256");
    if (django::is_verify_only(hashers.preferred())) {
        refuse(settings,
               "`" + site.password_hashers.front() +
                   "` is for reading old rows only; put one in front that makes passwords, such as "
                   "pbkdf2_sha256");
    }
    return hashers;
}

}  // namespace zanhu::storage
