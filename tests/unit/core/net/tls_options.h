#pragma once

#include "core/net/tls_context.h"
#include "tests/unit/certificate.h"

namespace zanhu::test {

/// What the configuration has as defaults, for that certificate.
inline net::TlsOptions options_for(const Certificate& certificate) {
    net::TlsOptions options;
    options.certificate = certificate.certificate();
    options.private_key = certificate.private_key();
    options.ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
    options.ciphersuites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384";
    options.curves = "X25519:P-256";
    options.cache = 100;
    return options;
}

}  // namespace zanhu::test
