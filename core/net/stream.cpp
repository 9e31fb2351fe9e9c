#include "core/net/stream.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "core/base/metrics.h"

namespace zanhu::net {

namespace {

constexpr std::size_t k_vectors_a_write = 64;

Counter received("network_received_bytes_total", "Bytes that sockets gave: of clients, and of Redis");
Counter sent("network_sent_bytes_total", "Bytes that sockets took: for clients, and for Redis");
Counter timed_out("network_write_timeouts_total",
                  "Connections dropped because the client took nothing for [outbox] write_timeout");

int pending_error(int descriptor) noexcept {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

ssize_t write_vectors(int descriptor, std::span<iovec> vectors) noexcept {
    // The kernel takes one piece with less ado than a list.
    if (vectors.size() == 1) return ::send(descriptor, vectors[0].iov_base, vectors[0].iov_len, MSG_NOSIGNAL);
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = vectors.size();
    return ::sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

}  // namespace

Stream::Stream(EpollLoop& loop, Descriptor descriptor, Owner& owner)
    : Watch(descriptor.get(),
            [](Watch& self, std::uint32_t events) { static_cast<Stream&>(self).ready(events); }),
      loop_(loop),
      owner_(&owner) {
    loop_.add(*this, EPOLLIN | EPOLLRDHUP);
    (void)descriptor.release();  // from now on it is the Watch's
}

Stream::~Stream() {
    close();
    // A flush out of turn leaves it in the loop's lists.
    loop_.forget(*this);
}

Endpoint Stream::peer() const {
    const Address address = Address::of_peer(fd());
    // Who has reset the connection has no address any more; the empty one is a Unix socket's, which may be
    // trusted.
    if (address.family() == AF_UNSPEC) return Endpoint{"0.0.0.0", 0};
    return address.endpoint();
}

Endpoint Stream::local() const {
    return Address::of_socket(fd()).endpoint();
}

void Stream::send(std::string_view bytes) {
    if (!is_open() || bytes.empty()) return;
    cork();
    outbox_->append(bytes);
    if (write_armed_) outbox_->note_backlog();
}

void Stream::send(std::string_view header, std::string_view payload) {
    if (!is_open()) return;
    cork();
    outbox_->append(header, payload);
    if (write_armed_) outbox_->note_backlog();
}

void Stream::send(SharedBytes bytes) {
    if (!is_open() || bytes->empty()) return;
    cork();
    outbox_->append(std::move(bytes));
    if (write_armed_) outbox_->note_backlog();
}

void Stream::cork() {
    if (outbox_ == nullptr) outbox_ = loop_.take_outbox();
    if (corked_ || write_armed_) return;
    corked_ = true;
    if (!receiving_) loop_.cork(*this);
}

void Stream::pause_recv() {
    if (paused_ || !is_open()) return;
    paused_ = true;
    arm();
}

void Stream::resume_recv() {
    if (!paused_ || !is_open()) return;
    paused_ = false;
    arm();
    // No event reports what is decrypted already.
    if (tls_ != nullptr && tls_->has_pending()) read_later();
}

void Stream::finish() {
    if (finishing_ || !is_open()) return;
    finishing_ = true;
    resume_recv();
    if (corked_ || write_armed_) return;
    corked_ = true;
    if (!receiving_) loop_.cork(*this);
}

void Stream::close() noexcept {
    if (!is_open()) return;
    if (corked_ || read_again_) loop_.forget(*this);
    // As far as the socket takes it at once: who closes does not wait.
    if (tls_ != nullptr) tls_->shut_down();
    let_go();
}

void Stream::let_go() noexcept {
    tls_.reset();
    loop_.remove(*this);
    ::close(fd());
    set_fd(-1);
    if (outbox_ != nullptr) loop_.give_outbox(std::move(outbox_));
    corked_ = write_armed_ = false;
}

void Stream::arm() {
    std::uint32_t events = write_armed_ ? static_cast<std::uint32_t>(EPOLLOUT) : 0U;
    // Without interest in reading there must be none in the peer's FIN either: it would be reported in every
    // turn.
    if (!paused_ && !ended_) events |= EPOLLIN | EPOLLRDHUP;
    if (tls_ != nullptr) events = tls_interest(events);
    loop_.modify(*this, events);
}

void Stream::ready(std::uint32_t events) {
    if (!is_open()) return;
    if (tls_ != nullptr) {
        ready_tls(events);
        return;
    }
    if ((events & EPOLLOUT) != 0) flush();
    if (!is_open()) return;
    if ((events & (EPOLLIN | EPOLLRDHUP)) != 0 && !paused_) {
        receive();
    } else if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
        write_failed(pending_error(fd()));
    }
}

void Stream::receive() {
    if (ended_) return;
    const std::span<char> buffer = loop_.receive_buffer();
    const auto got = ::recv(fd(), buffer.data(), buffer.size(), 0);
    if (got > 0) {
        received.add(static_cast<std::uint64_t>(got));
        if (finishing_) return;
        receiving_ = true;
        owner_->on_bytes(buffer.first(static_cast<std::size_t>(got)));
        receiving_ = false;
        if (static_cast<std::size_t>(got) == buffer.size()) loop_.grow_receive_buffer();
        // Now, while the answers are in the processor's caches: those to one read leave in one write.
        if (corked_) flush();
        return;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got < 0) {
        write_failed(errno);
        return;
    }
    ended_ = true;
    owner_->on_end(End::finished);
    if (is_open()) arm();
}

Stream::Written Stream::write_pending() {
    while (outbox_ != nullptr && !outbox_->empty()) {
        std::array<iovec, k_vectors_a_write> vectors;
        const auto written = write_vectors(fd(), std::span(vectors).first(outbox_->gather(vectors)));
        if (written < 0) {
            if (errno == EINTR) continue;
            return errno == EAGAIN ? Written::some : Written::failed;
        }
        sent.add(static_cast<std::uint64_t>(written));
        outbox_->consume(static_cast<std::size_t>(written));
    }
    return Written::all;
}

void Stream::flush() {
    corked_ = false;
    if (!is_open() || (tls_ != nullptr && !tls_->established())) return;
    const bool was_backlogged = write_armed_;
    const Written written = tls_ == nullptr ? write_pending() : write_pending_tls();
    if (written == Written::failed) {
        write_failed(tls_ == nullptr ? errno : tls_->system_error());
        return;
    }
    if (outbox_ != nullptr && outbox_->empty()) loop_.give_outbox(std::move(outbox_));
    const bool left = written == Written::some;
    if (left && outbox_ != nullptr) outbox_->note_backlog();
    if (left != write_armed_) {
        write_armed_ = left;
        arm();
    }
    if (!left && finishing_ && !finished_) {
        finished_ = true;
        ::shutdown(fd(), SHUT_WR);
    }
    if (was_backlogged) owner_->on_drained();
}

void Stream::write_failed(int error) {
    if (error == ETIMEDOUT) timed_out.add();
    // Nothing more can be written or read: whatever was pending is lost with the peer.
    let_go();
    ended_ = true;
    owner_->on_end(End::broken);
}

}  // namespace zanhu::net
