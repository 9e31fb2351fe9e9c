#pragma once

#include <Poco/Net/Context.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/net/tls_files.h"

namespace zanhu::net {

/// How a TLS server speaks, from the configuration. Files are PEM.
struct TlsOptions {
    enum class Version : std::uint8_t { tls12, tls13 };

    std::string certificate;  ///< file: the server's own first, then the ones that lead to a root
    std::string private_key;  ///< file, without a passphrase
    std::string chain;        ///< file with the certificates that lead to a root, when they stand apart
    Version minimum = Version::tls12;
    std::string ciphers;       ///< of TLS 1.2, in OpenSSL's notation
    std::string ciphersuites;  ///< of TLS 1.3
    std::string curves;        ///< for the key exchange, the server's favourite first
    bool tickets = true;       ///< resumption from tickets that the client keeps
    std::size_t cache = 0;     ///< sessions kept here for clients without tickets; 0: none
    std::chrono::seconds session_timeout{7200};
};

/// The certificate, protocols and ciphers of a TLS server, and its sessions. Does not change once it is made:
/// a new certificate is a new context for new connections. A connection keeps alive what it needs of the one
/// that it began with. Any thread.
class TlsContext {
public:
    /// Reads the files. Throws TlsProblem.
    explicit TlsContext(const TlsOptions& options);
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    SSL_CTX* native() const noexcept { return context_->sslContext(); }
    /// When the certificate ends.
    std::chrono::system_clock::time_point not_after() const noexcept { return not_after_; }

private:
    Poco::Net::Context::Ptr context_;
    std::chrono::system_clock::time_point not_after_;
};

}  // namespace zanhu::net
