#include "core/net/tls_session.h"

#include <Poco/Net/IPAddress.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>
#include <new>

#include <zanhu/errors.h>

namespace zanhu::net {

TlsSession::TlsSession(SSL_CTX* context, int descriptor, std::string_view early)
    : socket_(descriptor, early), ssl_(SSL_new(context)) {
    if (ssl_ == nullptr) throw std::bad_alloc();
    BIO* const bio = socket_.make_bio();
    SSL_set_bio(ssl_.get(), bio, bio);
}

TlsSession::TlsSession(const TlsContext& context, int descriptor, std::string_view early)
    : TlsSession(context.native(), descriptor, early) {
    SSL_set_accept_state(ssl_.get());
}

TlsSession::TlsSession(const TlsClientContext& context, int descriptor, const std::string& host)
    : TlsSession(context.native(), descriptor, std::string_view()) {
    SSL_set_connect_state(ssl_.get());
    X509_VERIFY_PARAM* const expected = SSL_get0_param(ssl_.get());
    // RFC 6066 3: no server name for an address.
    if (Poco::Net::IPAddress address; Poco::Net::IPAddress::tryParse(host, address)) {
        if (context.checks_host() && X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) != 1)
            throw Error("a certificate cannot be checked for the address " + host);
        return;
    }
    SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
    if (context.checks_host() && X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size()) != 1)
        throw Error("a certificate cannot be checked for the host " + host);
}

bool TlsSession::speaks_plaintext() const noexcept {
    if (is_client()) return false;
    const int first = socket_.first_byte();
    return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
}

TlsSession::Result TlsSession::result_of(int returned) {
    if (returned > 0) return Result::done;
    switch (SSL_get_error(ssl_.get(), returned)) {
        case SSL_ERROR_WANT_READ:
            return Result::want_read;
        case SSL_ERROR_WANT_WRITE:
            return Result::want_write;
        case SSL_ERROR_ZERO_RETURN:
            return Result::ended;
        case SSL_ERROR_SYSCALL:
            system_error_ = errno;
            error_ = std::strerror(system_error_);
            break;
        default:
            if (const long verdict = SSL_get_verify_result(ssl_.get()); is_client() && verdict != X509_V_OK) {
                error_ = X509_verify_cert_error_string(verdict);
                break;
            }
            error_ = ERR_reason_error_string(ERR_peek_last_error());
            if (error_ == nullptr) error_ = "no reason given";
            break;
    }
    failed_ = true;
    ERR_clear_error();
    return Result::failed;
}

TlsSession::~TlsSession() {
    // An SSL that was not shut down takes its session out of the cache with it. A peer that only vanished may
    // come back with it; one that broke the protocol may not (RFC 5246 7.2.2).
    if (!failed_) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    ssl_.reset();
    ERR_clear_error();
}

TlsSession::Result TlsSession::handshake() {
    ERR_clear_error();
    const Result result = result_of(SSL_do_handshake(ssl_.get()));
    established_ = result == Result::done;
    handshake_wants_write_ = result == Result::want_write;
    return result;
}

TlsSession::Result TlsSession::read(std::span<char> buffer, std::size_t& count) {
    Result result = Result::done;
    for (count = 0; count < buffer.size();) {
        std::size_t got = 0;
        ERR_clear_error();
        result = result_of(SSL_read_ex(ssl_.get(), buffer.data() + count, buffer.size() - count, &got));
        if (result != Result::done) break;
        count += got;
    }
    read_wants_write_ = result == Result::want_write;
    return result;
}

bool TlsSession::has_pending() const noexcept {
    return SSL_has_pending(ssl_.get()) == 1 || (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

TlsSession::Result TlsSession::write(std::string_view bytes, std::size_t& count) {
    count = 0;
    ERR_clear_error();
    const Result result = result_of(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count));
    write_wants_read_ = result == Result::want_read;
    return result;
}

TlsSession::Result TlsSession::shut_down() {
    // A second call after the alert has left would read, and take what belongs to read().
    if (!established_ || failed_ || notified_) return Result::done;
    ERR_clear_error();
    const int returned = SSL_shutdown(ssl_.get());
    if (returned < 0) return result_of(returned);
    notified_ = true;
    return Result::done;
}

}  // namespace zanhu::net
