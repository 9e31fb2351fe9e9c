#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <zanhu/credential.h>

namespace zanhu::connection {

/// A Credential in one small allocation, as every connection of a person keeps one for its whole life;
/// nothing for all others. Loop thread only.
class KeptCredential {
public:
    using Time = std::chrono::system_clock::time_point;

    KeptCredential() noexcept = default;
    explicit KeptCredential(const Credential& credential);

    explicit operator bool() const noexcept { return data_ != nullptr; }
    // REQUIRES: there is one.
    Credential::Kind kind() const noexcept;
    std::string_view key() const noexcept;
    /// To the second.
    std::optional<Time> expires() const noexcept;

private:
    struct Head {
        std::uint32_t expires;  // seconds since 1970; 0: never
        std::uint16_t size;     // of the key, which stands behind the head
        Credential::Kind kind;
    };
    Head head() const noexcept;

    std::unique_ptr<char[]> data_;
};

}  // namespace zanhu::connection
