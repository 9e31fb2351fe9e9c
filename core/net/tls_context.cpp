#include "core/net/tls_context.h"

#include <Poco/Net/SSLException.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <ctime>

#include "core/net/tls_error.h"

namespace zanhu::net {

namespace {

Poco::Net::Context::Ptr make_context(const TlsOptions& options) {
    Poco::Net::Context::Params params;
    params.verificationMode = Poco::Net::Context::VERIFY_NONE;
    params.cipherList = options.ciphers;
    params.ecdhCurve = options.curves;
    params.dhUse2048Bits = true;
    try {
        Poco::Net::Context::Ptr context(new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, params));
        context->requireMinimumProtocol(options.minimum == TlsOptions::Version::tls13
                                            ? Poco::Net::Context::PROTO_TLSV1_3
                                            : Poco::Net::Context::PROTO_TLSV1_2);
        context->preferServerCiphers();
        return context;
    } catch (const Poco::Net::SSLException& error) {
        // All else that the constructor does cannot fail for these parameters.
        throw TlsProblem("curves",
                         "`" + options.curves + "` is no list of curves that OpenSSL knows (" +
                             error.displayText() + "); write one such as X25519:P-256:P-384");
    }
}

void choose_ciphers(SSL_CTX* context, const TlsOptions& options) {
    // POCO sets the first list too, and ignores whether it was right.
    if (SSL_CTX_set_cipher_list(context, options.ciphers.c_str()) != 1) {
        throw TlsProblem("ciphers",
                         "`" + options.ciphers + "` names no cipher that OpenSSL knows (" + tls_error() +
                             "); see: openssl ciphers -v");
    }
    if (SSL_CTX_set_ciphersuites(context, options.ciphersuites.c_str()) != 1) {
        throw TlsProblem("ciphersuites",
                         "`" + options.ciphersuites + "` names what is no TLS 1.3 suite (" + tls_error() +
                             "); see: openssl ciphers -v -s -tls1_3");
    }
}

/// RFC 7301: http/1.1 is what is spoken here. Who offers protocols and not this one gets the alert
/// no_application_protocol; who offers none is taken to mean it.
int select_protocol(SSL*,
                    const unsigned char** chosen,
                    unsigned char* length,
                    const unsigned char* offered,
                    unsigned int size,
                    void*) {
    static constexpr unsigned char k_http11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* selected = nullptr;
    if (SSL_select_next_proto(&selected, length, k_http11, sizeof k_http11, offered, size) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *chosen = selected;
    return SSL_TLSEXT_ERR_OK;
}

void keep_sessions(Poco::Net::Context& context, const TlsOptions& options) {
    context.enableSessionCache(options.cache > 0, "zanhu");
    if (options.cache > 0) context.setSessionCacheSize(options.cache);
    context.setSessionTimeout(static_cast<long>(options.session_timeout.count()));
    if (!options.tickets) context.disableStatelessSessionResumption();
    // Without tickets and without a cache TLS 1.3 would still hand out names of sessions that nobody keeps.
    if (!options.tickets && options.cache == 0) SSL_CTX_set_num_tickets(context.sslContext(), 0);
}

std::chrono::system_clock::time_point end_of(SSL_CTX* context) {
    std::tm end{};
    ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(context)), &end);
    return std::chrono::system_clock::from_time_t(::timegm(&end));
}

}  // namespace

TlsContext::TlsContext(const TlsOptions& options) : context_(make_context(options)) {
    SSL_CTX* const context = native();
    ERR_clear_error();
    choose_ciphers(context, options);
    load_certificate(context, options.certificate);
    if (!options.chain.empty()) load_chain(context, options.chain);
    load_private_key(context, options.private_key, options.certificate);
    keep_sessions(*context_, options);
    SSL_CTX_set_alpn_select_cb(context, &select_protocol, nullptr);
    SSL_CTX_set_dh_auto(context, 1);
    // An end of the stream without close-notify is what browsers and proxies do; both protocols above say
    // themselves where a message ends, so nothing can be cut short unnoticed.
    SSL_CTX_set_options(context,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_PRIORITIZE_CHACHA |
                            SSL_OP_IGNORE_UNEXPECTED_EOF);
    // Buffers belong to a connection only while they hold something, and a write may be tried again from
    // another place.
    SSL_CTX_set_mode(
        context,
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    not_after_ = end_of(context);
}

}  // namespace zanhu::net
