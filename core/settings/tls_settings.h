#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "core/settings/listen.h"

namespace zanhu::settings {

class Settings;

/// [tls]. The files are not opened here: who only reads the configuration need not be allowed to.
struct TlsSettings {
    enum class Version { tls12, tls13 };

    std::vector<ListenAddress> listen;  ///< empty: no TLS
    std::vector<std::string> proxy_protocol;
    std::string certificate;  ///< absolute path, as the next two
    std::string private_key;
    std::string chain;  ///< empty: none
    Version minimum_version = Version::tls12;
    std::string ciphers;
    std::string ciphersuites;
    std::string curves;
    bool session_tickets = true;
    std::size_t session_cache = 0;  ///< 0: none
    std::chrono::milliseconds session_timeout{};
    std::chrono::milliseconds handshake_timeout{};
    unsigned handshake_budget = 0;  ///< steps a turn of a loop

    bool enabled() const noexcept { return !listen.empty(); }

    /// Throws ConfigError.
    static TlsSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
