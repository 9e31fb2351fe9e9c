#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/django/crypto.h"

namespace zanhu::django {

/// Whether signatures made with SHA-1 (Django before 3.1, or DEFAULT_HASHING_ALGORITHM = sha1) are still
/// accepted, as Django 3.2 does.
enum class LegacySha1 : std::uint8_t { accept, refuse };

/// Signs texts and checks their signatures (Django: core.signing.Signer). Derives its keys once.
/// Owned by whoever reads or writes signed values; immutable, so any thread may use it.
class Signer {
public:
    /// The secret signs and checks, the fallbacks only check (Django: SECRET_KEY, SECRET_KEY_FALLBACKS). The
    /// salt names what is signed. Throws ConfigError when a secret is empty.
    Signer(std::string_view secret,
           const std::vector<std::string>& fallbacks,
           std::string_view salt,
           LegacySha1 legacy = LegacySha1::accept);

    /// The value, ':' and the signature.
    std::string sign(std::string_view value) const;
    /// The value, as a view into the argument; std::nullopt when the signature is missing or not ours.
    std::optional<std::string_view> unsign(std::string_view signed_value) const;

private:
    struct Key {
        Digest kind;
        std::string bytes;
    };
    std::vector<Key> keys_;  // the first one signs
};

enum class Compress : std::uint8_t { no, when_shorter };

/// The largest payload that loads() hands out, so that a small text cannot claim the memory of a large one.
constexpr std::size_t k_max_signed_payload = std::size_t{1} << 20;

/// A signed text that holds JSON and the time of signing, in seconds since 1970 (Django: signing.dumps).
std::string dumps(const Signer& signer, std::string_view json, Compress compress, std::int64_t timestamp);

/// The JSON text of what dumps() made (Django: signing.loads). std::nullopt when the signature is not ours,
/// the data is damaged or larger than `max_size` bytes, or when max_age (seconds) is given and more time than
/// that lies between signing and `now`.
std::optional<std::string> loads(const Signer& signer,
                                 std::string_view text,
                                 std::optional<std::int64_t> max_age,
                                 std::int64_t now,
                                 std::size_t max_size = k_max_signed_payload);

/// loads() without an age.
std::optional<std::string> loads(const Signer& signer, std::string_view text);

}  // namespace zanhu::django
