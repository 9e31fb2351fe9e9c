#pragma once

#include <openssl/ssl.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace zanhu::net {

/// What is wrong with a certificate, a key or a list of ciphers.
class TlsProblem : public std::runtime_error {
public:
    TlsProblem(std::string key, const std::string& text) : std::runtime_error(text), key_(std::move(key)) {}
    /// The option that is to blame, under its name in [tls].
    const std::string& key() const noexcept { return key_; }

private:
    std::string key_;
};

/// Reads PEM files into a context. All throw TlsProblem.
void load_certificate(SSL_CTX* context, const std::string& path);
/// Certificates that lead to a root and stand apart.
void load_chain(SSL_CTX* context, const std::string& path);
/// The key of the certificate that was loaded from `certificate`.
void load_private_key(SSL_CTX* context, const std::string& path, const std::string& certificate);

}  // namespace zanhu::net
