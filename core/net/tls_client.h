#pragma once

#include <Poco/Net/Context.h>

#include <string>

#include "core/net/tls_files.h"

namespace zanhu::net {

/// Whom a TLS client trusts and how it shows itself. Files are PEM.
struct TlsClientOptions {
    TlsClientOptions() = default;
    bool operator==(const TlsClientOptions&) const = default;
    bool verify = true;       ///< the certificate leads to a root that is trusted
    bool check_host = true;   ///< and is made out to the host that was asked for
    std::string authorities;  ///< file or directory; empty: those of the system
    std::string certificate;  ///< file; empty: the client shows none
    std::string private_key;  ///< file; empty: it is in `certificate`
};

/// The options of TLS clients, ready for use: TLS 1.2 at least. Does not change once it is made; any thread.
class TlsClientContext {
public:
    /// Reads the files. Throws TlsProblem.
    explicit TlsClientContext(const TlsClientOptions& options);
    TlsClientContext(const TlsClientContext&) = delete;
    TlsClientContext& operator=(const TlsClientContext&) = delete;

    SSL_CTX* native() const noexcept { return context_->sslContext(); }
    bool checks_host() const noexcept { return checks_host_; }

private:
    Poco::Net::Context::Ptr context_;
    bool checks_host_;
};

}  // namespace zanhu::net
