#include "core/django/hasher.h"

namespace zanhu::django {

namespace {

struct Name {
    Hasher hasher;
    std::string_view text;
};

constexpr Name k_names[] = {
    {Hasher::pbkdf2_sha256, "pbkdf2_sha256"},
    {Hasher::pbkdf2_sha1, "pbkdf2_sha1"},
    {Hasher::argon2, "argon2"},
    {Hasher::bcrypt_sha256, "bcrypt_sha256"},
    {Hasher::bcrypt, "bcrypt"},
    {Hasher::scrypt, "scrypt"},
    {Hasher::sha1, "sha1"},
    {Hasher::md5, "md5"},
    {Hasher::unsalted_sha1, "unsalted_sha1"},
    {Hasher::unsalted_md5, "unsalted_md5"},
    {Hasher::crypt, "crypt"},
};

}  // namespace

std::string_view name_of(Hasher hasher) noexcept {
    return k_names[static_cast<std::size_t>(hasher)].text;
}

std::optional<Hasher> hasher_named(std::string_view name) noexcept {
    for (const Name& known : k_names) {
        if (known.text == name) return known.hasher;
    }
    return std::nullopt;
}

std::string_view hasher_names() noexcept {
    return "pbkdf2_sha256, pbkdf2_sha1, argon2, bcrypt_sha256, bcrypt, scrypt, sha1, md5, unsalted_sha1, "
           "unsalted_md5, crypt";
}

std::optional<EncodedPassword> identify(std::string_view encoded) noexcept {
    constexpr std::size_t k_md5_digits = 32;
    constexpr std::string_view k_empty_salt_sha1 = "sha1$$";
    constexpr std::string_view k_empty_salt_md5 = "md5$$";
    // Hashes without a salt have no name of their own, or the salted one's with nothing between the dollars.
    if (encoded.starts_with(k_empty_salt_sha1))
        return EncodedPassword{Hasher::unsalted_sha1, encoded.substr(k_empty_salt_sha1.size())};
    if (encoded.starts_with(k_empty_salt_md5) && encoded.size() == k_empty_salt_md5.size() + k_md5_digits)
        return EncodedPassword{Hasher::unsalted_md5, encoded.substr(k_empty_salt_md5.size())};
    const std::size_t dollar = encoded.find('$');
    if (dollar == std::string_view::npos) {
        if (encoded.size() != k_md5_digits) return std::nullopt;
        return EncodedPassword{Hasher::unsalted_md5, encoded};
    }
    const auto hasher = hasher_named(encoded.substr(0, dollar));
    if (!hasher || *hasher == Hasher::unsalted_sha1 || *hasher == Hasher::unsalted_md5) return std::nullopt;
    return EncodedPassword{*hasher, encoded.substr(dollar + 1)};
}

}  // namespace zanhu::django
