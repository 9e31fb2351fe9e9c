#include "core/net/socket_bio.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "core/base/metrics.h"

namespace zanhu::net {

namespace {

// The same two that the streams in clear count in.
Counter received("network_received_bytes_total", "Bytes from clients, as their sockets gave them");
Counter sent("network_sent_bytes_total", "Bytes to clients, as their sockets took them");

SocketBio& self_of(BIO* bio) {
    return *static_cast<SocketBio*>(BIO_get_data(bio));
}

}  // namespace

BIO_METHOD* SocketBio::method() {
    static BIO_METHOD* const made = [] {
        BIO_METHOD* fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "zanhu socket");
        if (fresh == nullptr) throw std::bad_alloc();
        BIO_meth_set_read(fresh, &SocketBio::read);
        BIO_meth_set_write(fresh, &SocketBio::write);
        BIO_meth_set_ctrl(fresh, &SocketBio::control);
        return fresh;
    }();
    return made;
}

BIO* SocketBio::make_bio() {
    BIO* bio = BIO_new(method());
    if (bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    return bio;
}

int SocketBio::first_byte() const noexcept {
    if (begun_) return -1;
    if (!early_.empty()) return static_cast<unsigned char>(early_.front());
    unsigned char byte = 0;
    return ::recv(fd_, &byte, 1, MSG_PEEK) == 1 ? byte : -1;
}

int SocketBio::read_some(char* buffer, int size) {
    if (!early_.empty()) {
        const std::size_t count = std::min(early_.size(), static_cast<std::size_t>(size));
        std::memcpy(buffer, early_.data(), count);
        early_.erase(0, count);
        return static_cast<int>(count);
    }
    if (drained_) {
        errno = EAGAIN;
        return -1;
    }
    const auto got = ::recv(fd_, buffer, static_cast<std::size_t>(size), 0);
    drained_ = got < size;
    if (got > 0) received.add(static_cast<std::uint64_t>(got));
    return static_cast<int>(got);
}

int SocketBio::read(BIO* bio, char* buffer, int size) {
    SocketBio& self = self_of(bio);
    BIO_clear_retry_flags(bio);
    const int got = self.read_some(buffer, size);
    if (got > 0) self.begun_ = true;
    if (got == 0) self.ended_ = true;
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    return got;
}

int SocketBio::write(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    const auto put = ::send(self_of(bio).fd_, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (put > 0) sent.add(static_cast<std::uint64_t>(put));
    if (put < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
    return static_cast<int>(put);
}

long SocketBio::control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return self_of(bio).ended_ ? 1 : 0;
    return 0;
}

}  // namespace zanhu::net
