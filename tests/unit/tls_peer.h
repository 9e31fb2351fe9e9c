#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/unit/socket_peer.h"

namespace zanhu::test {

/// A TLS client whose records the test carries: what it wants to send comes out as bytes, and what the server
/// sent goes in as bytes. Owned by the test; its thread only.
class TlsPeer {
public:
    struct Choice {
        int maximum = 0;   ///< version; 0: the newest
        std::string alpn;  ///< in wire form; empty: no extension
        SSL_SESSION* session = nullptr;
        bool tickets = true;
    };

    explicit TlsPeer(SocketPeer& socket) : TlsPeer(socket, Choice{}) {}
    TlsPeer(SocketPeer& socket, const Choice& choice) : socket_(&socket) {
        SSL_CTX_set_max_proto_version(context_.get(), choice.maximum);
        if (!choice.tickets) SSL_CTX_set_options(context_.get(), SSL_OP_NO_TICKET);
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), -1);
        SSL_set_connect_state(ssl_.get());
        if (choice.session != nullptr) SSL_set_session(ssl_.get(), choice.session);
        const auto* alpn = reinterpret_cast<const unsigned char*>(choice.alpn.data());
        if (!choice.alpn.empty())
            SSL_set_alpn_protos(ssl_.get(), alpn, static_cast<unsigned>(choice.alpn.size()));
    }

    /// Goes on over another socket.
    void use(SocketPeer& socket) { socket_ = &socket; }
    SSL* native() const { return ssl_.get(); }

    /// One step of the handshake; what it wants to send is in outgoing().
    bool step() {
        ERR_clear_error();
        const int returned = SSL_do_handshake(ssl_.get());
        check(returned);
        return returned == 1;
    }
    void handshake() {
        while (!step()) {
            send_outgoing();
            take_some();
        }
        send_outgoing();
    }
    /// Takes what the server sent, waiting for it; false at its end.
    bool wait() { return take_some(); }
    /// Encrypts the bytes; they are in outgoing() then.
    void encrypt(std::string_view bytes) {
        std::size_t written = 0;
        if (!bytes.empty()) check(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written));
    }
    /// Takes out what the client wants to send.
    std::string outgoing() {
        char* bytes = nullptr;
        BIO* bio = SSL_get_wbio(ssl_.get());
        const long size = BIO_get_mem_data(bio, &bytes);
        std::string taken(bytes, static_cast<std::size_t>(size));
        BIO_reset(bio);
        return taken;
    }
    void send_outgoing() { socket_->send(outgoing()); }
    void send(std::string_view bytes) {
        encrypt(bytes);
        send_outgoing();
    }
    std::string read(std::size_t count) {
        std::string bytes;
        while (bytes.size() < count) {
            if (!decrypt(bytes, count - bytes.size()) && !take_some())
                throw std::runtime_error("the stream ended after: " + bytes.substr(0, 500));
        }
        return bytes;
    }
    /// To the close-notify; throws when the stream ends without one.
    std::string read_to_close_notify() {
        std::string bytes;
        while ((SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) == 0) {
            if (!decrypt(bytes, 65536) && (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) == 0 &&
                !take_some()) {
                throw std::runtime_error("the stream ended without close-notify after: " +
                                         bytes.substr(0, 500));
            }
        }
        return bytes;
    }
    void send_close_notify() {
        SSL_shutdown(ssl_.get());
        send_outgoing();
    }
    /// How many records came so far.
    int records() const { return records_; }
    /// The alert that ended the handshake, in OpenSSL's words; empty when none did.
    std::string alert_of_handshake() {
        try {
            handshake();
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return {};
    }

private:
    void check(int returned) {
        if (returned > 0) return;
        const int error = SSL_get_error(ssl_.get(), returned);
        if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_ZERO_RETURN) return;
        const char* reason = ERR_reason_error_string(ERR_peek_last_error());
        throw std::runtime_error(reason == nullptr ? "TLS failed" : reason);
    }
    bool decrypt(std::string& bytes, std::size_t most) {
        char buffer[65536];
        std::size_t got = 0;
        ERR_clear_error();
        check(SSL_read_ex(ssl_.get(), buffer, std::min(most, sizeof buffer), &got));
        bytes.append(buffer, got);
        if (got > 0) ++records_;
        return got > 0;
    }
    /// More records from the server; false at its end.
    bool take_some() {
        const std::string bytes = socket_->read_some();
        if (!bytes.empty()) BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
        if (bytes.empty() && !SSL_is_init_finished(ssl_.get()))
            throw std::runtime_error("the stream ended in the handshake");
        return !bytes.empty();
    }

    SocketPeer* socket_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_client_method()),
                                                               &SSL_CTX_free};
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
    int records_ = 0;
};

}  // namespace zanhu::test
