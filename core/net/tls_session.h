#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/net/socket_bio.h"
#include "core/net/tls_client.h"
#include "core/net/tls_context.h"

namespace zanhu::net {

/// One side of TLS on one socket: OpenSSL's SSL, driven without blocking. It knows neither loop nor
/// deadline: each operation says what the socket must be ready for before it can go on. Owned by its stream;
/// loop thread only.
class TlsSession {
public:
    /// `ended`: the peer has sent its last byte. `failed`: nothing more can be read or written; error() says
    /// why.
    enum class Result : std::uint8_t { done, want_read, want_write, ended, failed };

    /// Largest payload of a record (RFC 8446 5.1).
    static constexpr std::size_t k_record = 16384;

    /// The server's side. `early`: bytes of the client that were read already.
    TlsSession(const TlsContext& context, int descriptor, std::string_view early);
    /// The client's side, to a host's name or its address in figures. Throws Error for one that no
    /// certificate can be made out to.
    TlsSession(const TlsClientContext& context, int descriptor, const std::string& host);
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;
    ~TlsSession();

    /// The kernel has reported something: reads ask it again.
    void poll_again() noexcept { socket_.poll_again(); }
    bool is_client() const noexcept { return SSL_is_server(ssl_.get()) == 0; }
    /// A client's: no byte was read yet, and the first that waits is a letter, which begins an HTTP request
    /// and no TLS record.
    bool speaks_plaintext() const noexcept;
    /// Bytes given to the constructor were not read yet.
    bool has_early() const noexcept { return socket_.has_early(); }

    Result handshake();
    bool established() const noexcept { return established_; }
    bool resumed() const noexcept { return SSL_session_reused(ssl_.get()) == 1; }

    /// Fills the buffer as far as there is something; `count` bytes were put into it whatever the result.
    /// `done`: the buffer is full.
    Result read(std::span<char> buffer, std::size_t& count);
    /// Something is left inside that no event will report.
    bool has_pending() const noexcept;
    /// Writes one record at most; `count` bytes of the beginning are on their way. After want_read and
    /// want_write the next call must begin with the same bytes.
    Result write(std::string_view bytes, std::size_t& count);
    /// Sends close-notify; what the peer still sends can be read.
    Result shut_down();

    /// Why the last operation failed, in OpenSSL's words.
    const char* error() const noexcept { return error_; }
    /// And the system's number for it; 0: none.
    int system_error() const noexcept { return system_error_; }

    /// What the last handshake, read, write waits for beyond the obvious.
    bool handshake_wants_write() const noexcept { return handshake_wants_write_; }
    bool read_wants_write() const noexcept { return read_wants_write_; }
    bool write_wants_read() const noexcept { return write_wants_read_; }

private:
    struct Free {
        void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
    };

    TlsSession(SSL_CTX* context, int descriptor, std::string_view early);
    Result result_of(int returned);

    SocketBio socket_;
    std::unique_ptr<SSL, Free> ssl_;
    const char* error_ = "";
    int system_error_ = 0;
    bool established_ = false;
    bool failed_ = false;
    bool notified_ = false;  // close-notify is sent
    bool handshake_wants_write_ = false;
    bool read_wants_write_ = false;
    bool write_wants_read_ = false;
};

}  // namespace zanhu::net
