#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zanhu::layer {

/// Fernet tokens with several keys (channels_redis: symmetric_encryption_keys; cryptography: MultiFernet):
/// the first key encrypts, each may decrypt. Constant after it was made, so any thread may use it. Throws
/// Error only when OpenSSL itself fails.
class Fernet {
public:
    using Seconds = std::chrono::seconds;

    /// `keys`: as they are configured; a key's SHA-256 signs and encrypts (channels_redis: make_fernet).
    explicit Fernet(const std::vector<std::string>& keys);

    bool empty() const noexcept { return keys_.empty(); }
    /// `now`: seconds since 1970. REQUIRES: !empty()
    std::string encrypt(std::string_view text, std::int64_t now) const;
    /// With a given initialisation vector of 16 bytes, for tests.
    std::string encrypt(std::string_view text, std::int64_t now, std::string_view vector) const;
    /// std::nullopt for what no key fits, what is malformed, older than `max_age`, or more than a minute in
    /// the future. `max_age` std::nullopt: any age.
    std::optional<std::string> decrypt(std::string_view token,
                                       std::int64_t now,
                                       std::optional<Seconds> max_age) const;

private:
    std::vector<std::string> keys_;  // 16 bytes that sign, 16 that encrypt
};

}  // namespace zanhu::layer
