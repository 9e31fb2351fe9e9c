#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// The algorithms of auth_user.password under Django's names. Free functions without state; any thread.
namespace zanhu::django {

/// Django: the classes of PASSWORD_HASHERS, by their `algorithm`. Those from `sha1` on are read from old rows
/// and never made.
enum class Hasher : std::uint8_t {
    pbkdf2_sha256,
    pbkdf2_sha1,
    argon2,
    bcrypt_sha256,
    bcrypt,
    scrypt,
    sha1,
    md5,
    unsalted_sha1,
    unsalted_md5,
    crypt,
};

[[nodiscard]] std::string_view name_of(Hasher hasher) noexcept;
[[nodiscard]] std::optional<Hasher> hasher_named(std::string_view name) noexcept;
/// Every name, with ", " between.
[[nodiscard]] std::string_view hasher_names() noexcept;
constexpr bool is_verify_only(Hasher hasher) noexcept {
    return hasher >= Hasher::sha1;
}

/// What made this text, and its fields: what follows the algorithm's name and '$'.
struct EncodedPassword {
    Hasher hasher;
    std::string_view fields;
};
/// Django: identify_hasher. Nothing for a form that Django does not know either.
[[nodiscard]] std::optional<EncodedPassword> identify(std::string_view encoded) noexcept;

}  // namespace zanhu::django
