#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The primitives below Django's signatures, sessions and passwords (Django: utils/crypto, utils/baseconv).
// Free functions without state, callable from any thread. They throw Error only when OpenSSL itself fails.
namespace zanhu::django {

/// md5 and sha1 are what sites wrote before Django 3.1 and may still have in their rows; nothing new is made
/// with them.
enum class Digest : std::uint8_t { md5, sha1, sha256 };

/// The raw bytes of the digest of two texts, one after the other.
std::string digest(Digest kind, std::string_view first, std::string_view second = {});
/// The raw bytes of HMAC(key, value).
std::string hmac(Digest kind, std::string_view key, std::string_view value);
/// Raw bytes; the key is digest(key_salt + secret) (Django: salted_hmac).
std::string salted_hmac(std::string_view key_salt,
                        std::string_view value,
                        std::string_view secret,
                        Digest kind);

/// Takes the same time wherever the texts differ; their lengths are not hidden.
[[nodiscard]] bool constant_time_equal(std::string_view left, std::string_view right) noexcept;

constexpr std::string_view k_alphanumerics = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Every character is drawn from the alphabet (1 to 256 characters) with the same probability, from OpenSSL's
/// generator.
std::string random_string(std::size_t length, std::string_view alphabet = k_alphanumerics);

/// Lower-case hexadecimal digits.
std::string to_hex(std::string_view bytes);

/// RFC 4648 section 4, padded.
std::string to_base64(std::string_view bytes);
/// Strict: complete padding, no other characters, no stray bits at the end.
std::optional<std::string> from_base64(std::string_view text);

/// RFC 4648 section 5, without padding.
std::string to_base64url(std::string_view bytes);
/// Strict: no padding, no other characters, no stray bits at the end.
std::optional<std::string> from_base64url(std::string_view text);

/// Digits 0-9, A-Z, a-z. REQUIRES: number >= 0
std::string to_base62(std::int64_t number);
/// std::nullopt for no digits, other characters, and numbers above 64 signed bits.
std::optional<std::int64_t> from_base62(std::string_view text);

}  // namespace zanhu::django
