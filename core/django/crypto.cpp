#include "core/django/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

#include <zanhu/errors.h>

namespace zanhu::django {

namespace {

constexpr std::string_view k_base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view k_base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view k_base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

using DigitTable = std::array<std::int16_t, 256>;

constexpr DigitTable digits_of(std::string_view alphabet) {
    DigitTable table{};
    table.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int16_t>(i);
    }
    return table;
}

constexpr DigitTable k_base64_digits = digits_of(k_base64);
constexpr DigitTable k_base64url_digits = digits_of(k_base64url);
constexpr DigitTable k_base62_digits = digits_of(k_base62);

const EVP_MD* method(Digest kind) {
    switch (kind) {
        case Digest::md5:
            return EVP_md5();
        case Digest::sha1:
            return EVP_sha1();
        case Digest::sha256:
            break;
    }
    return EVP_sha256();
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

[[noreturn]] void fail(const char* what) {
    throw Error(std::string("OpenSSL failed at ") + what + ": check the installation of OpenSSL 3");
}

std::string encode(std::string_view bytes, std::string_view alphabet) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t pending = 0;
    int bits = 0;
    for (const char c : bytes) {
        pending = (pending << 8) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6)
            out += alphabet[(pending >> (bits - 6)) & 0x3f];
    }
    if (bits > 0) out += alphabet[(pending << (6 - bits)) & 0x3f];
    return out;
}

std::optional<std::string> decode(std::string_view text, const DigitTable& digits) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string out;
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t pending = 0;
    int bits = 0;
    for (const char c : text) {
        const int digit = digits[static_cast<unsigned char>(c)];
        if (digit < 0) return std::nullopt;
        pending = (pending << 6) | static_cast<std::uint32_t>(digit);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>((pending >> bits) & 0xff);
        }
    }
    if ((pending & ((1U << bits) - 1)) != 0) return std::nullopt;
    return out;
}

}  // namespace

std::string digest(Digest kind, std::string_view first, std::string_view second) {
    std::string joined;
    joined.reserve(first.size() + second.size());
    joined.append(first).append(second);
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (EVP_Digest(joined.data(), joined.size(), out, &size, method(kind), nullptr) != 1) fail("EVP_Digest");
    return {reinterpret_cast<const char*>(out), size};
}

std::string hmac(Digest kind, std::string_view key, std::string_view value) {
    assert(key.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    const char* key_data = key.empty() ? "" : key.data();  // a null key means "the previous one" to OpenSSL
    if (HMAC(method(kind),
             key_data,
             static_cast<int>(key.size()),
             bytes_of(value),
             value.size(),
             out,
             &size) == nullptr) {
        fail("HMAC");
    }
    return {reinterpret_cast<const char*>(out), size};
}

std::string salted_hmac(std::string_view key_salt,
                        std::string_view value,
                        std::string_view secret,
                        Digest kind) {
    return hmac(kind, digest(kind, key_salt, secret), value);
}

bool constant_time_equal(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string random_string(std::size_t length, std::string_view alphabet) {
    assert(!alphabet.empty() && alphabet.size() <= 256);
    // bytes from the last, incomplete round of the alphabet are thrown away: a plain modulo would favour its
    // first characters
    const std::size_t usable = 256 - 256 % alphabet.size();
    std::string out;
    out.reserve(length);
    std::array<unsigned char, 64> pool{};
    while (out.size() < length) {
        if (RAND_bytes(pool.data(), static_cast<int>(pool.size())) != 1) fail("RAND_bytes");
        for (const unsigned char byte : pool) {
            if (out.size() == length) break;
            if (byte < usable) out += alphabet[byte % alphabet.size()];
        }
    }
    return out;
}

std::string to_hex(std::string_view bytes) {
    static constexpr char k_digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += k_digits[byte >> 4];
        out += k_digits[byte & 0xf];
    }
    return out;
}

std::string to_base64(std::string_view bytes) {
    std::string out = encode(bytes, k_base64);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
        text.remove_suffix(1);
    return decode(text, k_base64_digits);
}

std::string to_base64url(std::string_view bytes) {
    return encode(bytes, k_base64url);
}

std::optional<std::string> from_base64url(std::string_view text) {
    return decode(text, k_base64url_digits);
}

std::string to_base62(std::int64_t number) {
    assert(number >= 0);
    std::string out;
    do {
        out += k_base62[static_cast<std::size_t>(number % 62)];
        number /= 62;
    } while (number > 0);
    std::reverse(out.begin(), out.end());
    return out;
}

std::optional<std::int64_t> from_base62(std::string_view text) {
    if (text.empty()) return std::nullopt;
    std::int64_t number = 0;
    for (const char c : text) {
        const int digit = k_base62_digits[static_cast<unsigned char>(c)];
        if (digit < 0 || number > (std::numeric_limits<std::int64_t>::max() - digit) / 62)
            return std::nullopt;
        number = number * 62 + digit;
    }
    return number;
}

}  // namespace zanhu::django
