#include "core/net/tls_context.h"

#include <Poco/Net/SSLException.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <string_view>

#include "core/net/tls_error.h"

namespace zanhu::net {

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

/// The file can be opened; what it holds is seen later.
void check_readable(const char* key, const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const int error = errno;
    char byte = 0;
    const bool readable = descriptor >= 0 && ::read(descriptor, &byte, 1) >= 0;
    const int reason = descriptor < 0 ? error : errno;
    if (descriptor >= 0) ::close(descriptor);
    if (readable) return;
    throw TlsProblem(key,
                     "`" + path + "` cannot be read (" + std::strerror(reason) +
                         "); check the path, and the permissions of the user that zanhu runs as");
}

/// OpenSSL's call for the passphrase of a file. A daemon has nobody to ask, whom POCO's own call would ask.
int refuse_passphrase(char*, int, int, void* asked) {
    if (asked != nullptr) *static_cast<bool*>(asked) = true;
    return -1;
}

void load_certificate(SSL_CTX* context, const TlsOptions& options) {
    check_readable("certificate", options.certificate);
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str()) == 1) return;
    throw TlsProblem("certificate",
                     "`" + options.certificate + "` holds no usable certificate in PEM form (" + tls_error() +
                         "); name the file that begins with -----BEGIN CERTIFICATE-----");
}

void load_chain(SSL_CTX* context, const std::string& path) {
    if (path.empty()) return;
    check_readable("chain", path);
    const Bio file(BIO_new_file(path.c_str(), "r"), &BIO_free);
    std::size_t count = 0;
    while (X509* certificate = PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)) {
        if (SSL_CTX_add0_chain_cert(context, certificate) != 1) X509_free(certificate);
        ++count;
    }
    ERR_clear_error();  // the end of the file counts as an error
    if (count > 0) return;
    throw TlsProblem("chain",
                     "`" + path + "` holds no certificate in PEM form; name the file of the intermediate " +
                         "certificates, or leave the key out when `certificate` holds them too");
}

void load_private_key(SSL_CTX* context, const TlsOptions& options) {
    const std::string& path = options.private_key;
    check_readable("private_key", path);
    bool asked = false;
    SSL_CTX_set_default_passwd_cb_userdata(context, &asked);
    const bool loaded = SSL_CTX_use_PrivateKey_file(context, path.c_str(), SSL_FILETYPE_PEM) == 1;
    const bool mismatch = loaded || ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
    if (asked) {
        throw TlsProblem("private_key",
                         "`" + path + "` is protected by a passphrase, which nobody could enter; write it " +
                             "without one: openssl pkey -in " + path + " -out NEW_FILE");
    }
    if (loaded && SSL_CTX_check_private_key(context) == 1) return;
    const std::string reason = tls_error();
    if (mismatch) {
        throw TlsProblem("private_key",
                         "`" + path + "` does not belong to the certificate `" + options.certificate +
                             "`; name the key that this certificate was made for");
    }
    throw TlsProblem("private_key",
                     "`" + path + "` holds no usable private key in PEM form (" + reason +
                         "); name the file that begins with -----BEGIN PRIVATE KEY-----");
}

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
    SSL_CTX_set_default_passwd_cb(context, &refuse_passphrase);
    choose_ciphers(context, options);
    load_certificate(context, options);
    load_chain(context, options.chain);
    load_private_key(context, options);
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
