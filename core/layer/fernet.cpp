#include "core/layer/fernet.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>

#include <zanhu/errors.h>

#include "core/django/crypto.h"

namespace zanhu::layer {

namespace {

// The Fernet specification: version, time, vector, text, signature.
constexpr char k_version = '\x80';
constexpr std::size_t k_vector = 16;
constexpr std::size_t k_head = 1 + 8 + k_vector;
constexpr std::size_t k_signature = 32;
constexpr std::size_t k_block = 16;
constexpr std::int64_t k_clock_skew = 60;

std::string_view signing(const std::string& key) {
    return std::string_view(key).substr(0, 16);
}
std::string_view encrypting(const std::string& key) {
    return std::string_view(key).substr(16);
}

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&::EVP_CIPHER_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// std::nullopt for a wrong padding.
std::optional<std::string> aes(bool encrypts,
                               std::string_view key,
                               std::string_view vector,
                               std::string_view text) {
    const Cipher cipher(::EVP_CIPHER_CTX_new(), &::EVP_CIPHER_CTX_free);
    std::string result(text.size() + k_block, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(result.data());
    int size = 0;
    if (cipher == nullptr ||
        ::EVP_CipherInit_ex(
            cipher.get(), ::EVP_aes_128_cbc(), nullptr, bytes_of(key), bytes_of(vector), encrypts ? 1 : 0) !=
            1 ||
        ::EVP_CipherUpdate(cipher.get(), out, &size, bytes_of(text), static_cast<int>(text.size())) != 1) {
        throw Error("OpenSSL refuses AES-128-CBC");
    }
    int rest = 0;
    if (::EVP_CipherFinal_ex(cipher.get(), out + size, &rest) != 1) return std::nullopt;
    result.resize(static_cast<std::size_t>(size) + static_cast<std::size_t>(rest));
    return result;
}

std::optional<std::string> bytes_of_token(std::string_view token) {
    if (token.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && token.ends_with('='); ++i)
        token.remove_suffix(1);
    return django::from_base64url(token);
}

std::int64_t time_of(std::string_view bytes) {
    std::uint64_t time = 0;
    for (std::size_t i = 1; i <= 8; ++i)
        time = time << 8 | static_cast<unsigned char>(bytes[i]);
    return static_cast<std::int64_t>(time);
}

}  // namespace

Fernet::Fernet(const std::vector<std::string>& keys) {
    for (const std::string& key : keys)
        keys_.push_back(django::digest(django::Digest::sha256, key));
}

std::string Fernet::encrypt(std::string_view text, std::int64_t now) const {
    std::string vector(k_vector, '\0');
    if (::RAND_bytes(reinterpret_cast<unsigned char*>(vector.data()), k_vector) != 1)
        throw Error("the system gives no random numbers");
    return encrypt(text, now, vector);
}

std::string Fernet::encrypt(std::string_view text, std::int64_t now, std::string_view vector) const {
    const std::string& key = keys_.front();
    std::string bytes(1, k_version);
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes += static_cast<char>(static_cast<std::uint64_t>(now) >> shift & 0xff);
    bytes += vector;
    bytes += aes(true, encrypting(key), vector, text).value();
    bytes += django::hmac(django::Digest::sha256, signing(key), bytes);
    std::string token = django::to_base64url(bytes);
    token.append((4 - token.size() % 4) % 4, '=');
    return token;
}

std::optional<std::string> Fernet::decrypt(std::string_view token,
                                           std::int64_t now,
                                           std::optional<Seconds> max_age) const {
    const std::optional<std::string> bytes = bytes_of_token(token);
    if (!bytes || bytes->size() < k_head + k_block + k_signature || bytes->front() != k_version)
        return std::nullopt;
    const std::string_view all = *bytes;
    const std::string_view text = all.substr(k_head, all.size() - k_head - k_signature);
    if (text.size() % k_block != 0) return std::nullopt;
    const std::int64_t made = time_of(all);
    if (made < 0 || made > now + k_clock_skew) return std::nullopt;
    if (max_age && now - made > max_age->count()) return std::nullopt;
    for (const std::string& key : keys_) {
        const std::string signature =
            django::hmac(django::Digest::sha256, signing(key), all.substr(0, all.size() - k_signature));
        if (!django::constant_time_equal(signature, all.substr(all.size() - k_signature))) continue;
        return aes(false, encrypting(key), all.substr(9, k_vector), text);
    }
    return std::nullopt;
}

}  // namespace zanhu::layer
