#include "core/django/password.h"

#include <algorithm>
#include <cassert>

#include "core/django/argon2.h"
#include "core/django/bcrypt.h"
#include "core/django/crypto.h"
#include "core/django/old_hashes.h"
#include "core/django/pbkdf2.h"
#include "core/django/scrypt.h"

namespace zanhu::django {

namespace {

constexpr std::size_t k_unusable_length = 40;  // Django: UNUSABLE_PASSWORD_SUFFIX_LENGTH

using Check = PasswordCheck (*)(std::string_view password, std::string_view fields);

Check check_of(Hasher hasher) noexcept {
    switch (hasher) {
        case Hasher::pbkdf2_sha256:
            return check_pbkdf2_sha256;
        case Hasher::pbkdf2_sha1:
            return check_pbkdf2_sha1;
        case Hasher::argon2:
            return check_argon2;
        case Hasher::bcrypt_sha256:
            return check_bcrypt_sha256;
        case Hasher::bcrypt:
            return check_bcrypt;
        case Hasher::scrypt:
            return check_scrypt;
        case Hasher::sha1:
            return check_sha1;
        case Hasher::md5:
            return check_md5;
        case Hasher::unsalted_sha1:
            return check_unsalted_sha1;
        case Hasher::unsalted_md5:
            return check_unsalted_md5;
        case Hasher::crypt:
            break;
    }
    return check_crypt;
}

std::string fields_of_new(std::string_view password, const PasswordHashers& hashers) {
    switch (hashers.preferred()) {
        case Hasher::argon2:
            return make_argon2(password);
        case Hasher::bcrypt_sha256:
            return make_bcrypt_sha256(password);
        case Hasher::bcrypt:
            return make_bcrypt(password);
        case Hasher::scrypt:
            return make_scrypt(password, hashers.scrypt_parallelism);
        case Hasher::pbkdf2_sha1:
            return make_pbkdf2(Digest::sha1, password, hashers.iterations);
        default:
            assert(hashers.preferred() == Hasher::pbkdf2_sha256);
            return make_pbkdf2(Digest::sha256, password, hashers.iterations);
    }
}

bool costs_differ(const EncodedPassword& row, const PasswordHashers& hashers) noexcept {
    switch (row.hasher) {
        case Hasher::argon2:
            return argon2_must_update(row.fields);
        case Hasher::bcrypt_sha256:
        case Hasher::bcrypt:
            return bcrypt_must_update(row.fields);
        case Hasher::scrypt:
            return scrypt_must_update(row.fields, hashers.scrypt_parallelism);
        default:
            return pbkdf2_iterations(row.fields) != hashers.iterations;
    }
}

}  // namespace

std::vector<Hasher> djangos_hashers() {
    return {
        Hasher::pbkdf2_sha256, Hasher::pbkdf2_sha1, Hasher::argon2, Hasher::bcrypt_sha256, Hasher::scrypt};
}

bool PasswordHashers::accepts(Hasher hasher) const noexcept {
    return std::find(accepted.begin(), accepted.end(), hasher) != accepted.end();
}

PasswordCheck check_password(std::string_view password,
                             std::string_view encoded,
                             const PasswordHashers& hashers) {
    if (!is_usable(encoded)) return PasswordCheck::unusable;
    const auto row = identify(encoded);
    if (!row || !hashers.accepts(row->hasher)) return PasswordCheck::not_accepted;
    return check_of(row->hasher)(password, row->fields);
}

int iterations_of(std::string_view encoded) noexcept {
    const auto row = identify(encoded);
    if (!row || row->hasher != Hasher::pbkdf2_sha256) return 0;
    return pbkdf2_iterations(row->fields).value_or(0);
}

std::string make_password(std::string_view password, const PasswordHashers& hashers) {
    return std::string(name_of(hashers.preferred())) + "$" + fields_of_new(password, hashers);
}

bool must_update(std::string_view encoded, const PasswordHashers& hashers) noexcept {
    const auto row = identify(encoded);
    return row && (row->hasher != hashers.preferred() || costs_differ(*row, hashers));
}

void spend_check_time(std::string_view password, const PasswordHashers& hashers) {
    // NUL, which bcrypt alone refuses, would show the shortcut.
    const bool possible =
        hashers.preferred() != Hasher::bcrypt || password.find('\0') == std::string_view::npos;
    static_cast<void>(fields_of_new(possible ? password : std::string_view(), hashers));
}

bool is_usable(std::string_view encoded) noexcept {
    return !encoded.starts_with('!');
}

std::string make_unusable() {
    return "!" + random_string(k_unusable_length);
}

}  // namespace zanhu::django
