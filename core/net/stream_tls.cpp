// Stream: under TLS. OpenSSL may want to write in order to read and the other way round, and it keeps
// decrypted bytes that no event of the socket reports.
#include <sys/epoll.h>

#include <array>
#include <cstring>
#include <utility>

#include <zanhu/limited_log.h>

#include "core/base/metrics.h"
#include "core/net/stream.h"

namespace zanhu::net {

namespace {

Counter handshakes("tls_handshakes_total", "TLS handshakes that were completed");
Counter resumed("tls_handshakes_resumed_total", "TLS handshakes that resumed an earlier session");
Counter failed("tls_handshakes_failed_total", "TLS handshakes that failed, or whose client went away");
Counter plaintext("tls_plaintext_total", "Clients that spoke no TLS to a TLS listener");
LimitedLog failed_log("zanhu.tls");

constexpr std::size_t k_pieces_a_record = 64;

}  // namespace

void Stream::start_tls(const TlsContext& context, std::string_view early) {
    tls_ = std::make_unique<TlsSession>(context, fd(), early);
    if (!early.empty()) read_later();
}

void Stream::start_tls_as_client(const TlsClientContext& context, const std::string& host) {
    tls_ = std::make_unique<TlsSession>(context, fd(), host);
    read_later();  // the client speaks first
}

std::uint32_t Stream::tls_interest(std::uint32_t events) const noexcept {
    constexpr std::uint32_t k_out = EPOLLOUT;
    if (!tls_->established()) return tls_->handshake_wants_write() ? k_out : EPOLLIN | EPOLLRDHUP;
    if (tls_->read_wants_write()) events |= k_out;
    if (tls_->write_wants_read()) events = (events & ~k_out) | EPOLLIN;
    return events;
}

void Stream::ready_tls(std::uint32_t events) {
    tls_->poll_again();
    if (!tls_->established()) {
        handshake();
        return;
    }
    const bool writable = (events & EPOLLOUT) != 0;
    const bool readable = (events & (EPOLLIN | EPOLLRDHUP)) != 0;
    if (writable || (readable && tls_->write_wants_read())) flush();
    if (!is_open()) return;
    if ((readable && !paused_) || (writable && tls_->read_wants_write())) {
        receive_tls();
    } else if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
        write_failed(0);
    }
}

void Stream::read_later() {
    if (!std::exchange(read_again_, true)) loop_.read_again(*this);
}

void Stream::read_again() {
    read_again_ = false;
    if (tls_ == nullptr) return;
    if (!tls_->established()) {
        handshake();
    } else if (!paused_) {
        receive_tls();
    }
}

void Stream::handshake() {
    if (!loop_.take_handshake()) {
        // The event comes again in the next turn, since what it reported is still there. Bytes that were read
        // already are reported by nobody, and neither is a client's first word.
        if (tls_->has_early() || tls_->is_client()) read_later();
        return;
    }
    if (tls_->speaks_plaintext()) {
        plaintext.add();
        tls_.reset();
        cork_waiting();
        owner_->on_plaintext();
        return;
    }
    switch (tls_->handshake()) {
        case TlsSession::Result::done:
            break;
        case TlsSession::Result::want_read:
        case TlsSession::Result::want_write:
            arm();
            return;
        case TlsSession::Result::ended:
        case TlsSession::Result::failed:
            fail_handshake();
            return;
    }
    if (!tls_->is_client()) handshakes.add();
    if (!tls_->is_client() && tls_->resumed()) resumed.add();
    arm();
    cork_waiting();
    owner_->on_secured();
    // The first request may have come together with the end of the handshake.
    if (is_open() && !paused_) receive_tls();
}

void Stream::cork_waiting() {
    if (corked_ || (outbox_ == nullptr && !finishing_)) return;
    corked_ = true;
    loop_.cork(*this);
}

void Stream::fail_handshake() {
    if (tls_->is_client()) {
        owner_->on_untrusted(*tls_->error() == '\0' ? "the server ended it" : tls_->error());
        if (is_open()) write_failed(0);
        return;
    }
    failed.add();
    if (*tls_->error() != '\0') {
        failed_log.information("the TLS handshake with " + peer().address + " failed: " + tls_->error());
    }
    write_failed(0);
}

void Stream::receive_tls() {
    if (ended_) return;
    const std::span<char> buffer = loop_.receive_buffer();
    const bool wanted_write = tls_->read_wants_write();
    std::size_t count = 0;
    const TlsSession::Result result = tls_->read(buffer, count);
    if (tls_->read_wants_write() != wanted_write) arm();
    if (count > 0 && !finishing_) owner_->on_bytes(buffer.first(count));
    if (count == buffer.size()) loop_.grow_receive_buffer();
    if (!is_open()) return;
    if (result == TlsSession::Result::failed) {
        write_failed(tls_->system_error());
    } else if (!paused_ && result == TlsSession::Result::done) {
        read_later();
    } else if (!paused_ && result == TlsSession::Result::ended) {
        ended_ = true;
        arm();
        owner_->on_end(End::finished);
    }
}

std::string_view Stream::next_record() {
    std::array<iovec, k_pieces_a_record> pieces;
    const std::size_t used = outbox_->gather(pieces);
    const auto bytes_of = [](const iovec& piece) {
        return std::string_view(static_cast<const char*>(piece.iov_base), piece.iov_len);
    };
    const std::string_view first = bytes_of(pieces[0]);
    if (used == 1 || first.size() >= TlsSession::k_record) return first;
    const std::span<char> record = loop_.record_buffer();
    std::size_t filled = 0;
    for (std::size_t i = 0; i < used && filled < record.size(); ++i) {
        const std::string_view piece = bytes_of(pieces[i]).substr(0, record.size() - filled);
        std::memcpy(record.data() + filled, piece.data(), piece.size());
        filled += piece.size();
    }
    return {record.data(), filled};
}

Stream::Written Stream::write_pending_tls() {
    while (outbox_ != nullptr && !outbox_->empty()) {
        std::size_t count = 0;
        const bool wanted_read = tls_->write_wants_read();
        const TlsSession::Result result = tls_->write(next_record(), count);
        outbox_->consume(count);
        if (tls_->write_wants_read() != wanted_read) arm();
        if (result == TlsSession::Result::done) continue;
        const bool later =
            result == TlsSession::Result::want_write || result == TlsSession::Result::want_read;
        return later ? Written::some : Written::failed;
    }
    if (!finishing_ || finished_) return Written::all;
    return tls_->shut_down() == TlsSession::Result::want_write ? Written::some : Written::all;
}

}  // namespace zanhu::net
