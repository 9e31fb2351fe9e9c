#include "core/net/tls_client.h"

#include <Poco/Net/SSLException.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace zanhu::net {

namespace {

Poco::Net::Context::Ptr make_context(const TlsClientOptions& options) {
    using Poco::Net::Context;
    Context::Params params;
    params.verificationMode = options.verify ? Context::VERIFY_STRICT : Context::VERIFY_NONE;
    params.caLocation = options.authorities;
    params.loadDefaultCAs = options.authorities.empty();
    try {
        Context::Ptr context(new Context(Context::TLS_CLIENT_USE, params));
        context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
        return context;
    } catch (const Poco::Exception& error) {
        ERR_clear_error();
        throw TlsProblem("authorities",
                         "`" + options.authorities + "` holds no certificates in PEM form (" +
                             error.displayText() + "); name the file of the authority that signed the " +
                             "server's certificate");
    }
}

}  // namespace

TlsClientContext::TlsClientContext(const TlsClientOptions& options)
    : context_(make_context(options)), checks_host_(options.verify && options.check_host) {
    ERR_clear_error();
    if (!options.certificate.empty()) {
        load_certificate(native(), options.certificate);
        load_private_key(native(),
                         options.private_key.empty() ? options.certificate : options.private_key,
                         options.certificate);
    }
    SSL_CTX_set_options(native(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(
        native(),
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(native(), 1);
}

}  // namespace zanhu::net
