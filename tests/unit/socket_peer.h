#pragma once

#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace zanhu::test {

/// The far end of a connection: a plain blocking socket, whose waits end with an error after as long as no
/// healthy test takes. Owned by the test; its thread only.
class SocketPeer {
public:
    SocketPeer() = default;
    explicit SocketPeer(int descriptor) : fd_(descriptor) {
        const timeval patience{20, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }
    SocketPeer(SocketPeer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    SocketPeer& operator=(SocketPeer&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~SocketPeer() { close(); }

    struct Ends {
        int ours;    ///< non-blocking, for a stream
        int theirs;  ///< for a peer
    };
    static Ends pair() {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            throw std::runtime_error("socketpair");
        return {without_blocking(ends[0]), ends[1]};
    }
    static Ends tcp_pair() {
        const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        const int theirs = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const bool connected = ::bind(listener, generic, size) == 0 && ::listen(listener, 1) == 0 &&
                               ::getsockname(listener, generic, &size) == 0 &&
                               ::connect(theirs, generic, size) == 0;
        const int ours = connected ? ::accept(listener, nullptr, nullptr) : -1;
        ::close(listener);
        if (ours < 0) throw std::runtime_error("a TCP connection over the loopback");
        return {without_blocking(ours), theirs};
    }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0) throw std::runtime_error("the peer could not send");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// As much as the socket takes at once; returns how much.
    std::size_t send_some(std::string_view bytes) {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        return sent < 0 ? 0 : static_cast<std::size_t>(sent);
    }
    std::string read(std::size_t count) {
        std::string bytes;
        while (bytes.size() < count) {
            const std::size_t got = read_into(bytes, count - bytes.size());
            if (got == 0) throw std::runtime_error("the stream ended after: " + bytes.substr(0, 500));
        }
        return bytes;
    }
    /// To the empty line that ends a head.
    std::string read_head() {
        std::string head;
        while (!head.ends_with("\r\n\r\n"))
            head += read(1);
        return head;
    }
    /// What is there, at least one byte; empty at the end.
    std::string read_some() {
        std::string bytes;
        read_into(bytes, 65536);
        return bytes;
    }
    std::string read_to_end() {
        std::string bytes;
        while (read_into(bytes, 65536) > 0) {
        }
        return bytes;
    }

    void shut_down() { ::shutdown(fd_, SHUT_WR); }
    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    /// Ends a TCP connection with a reset.
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close();
    }

private:
    static int without_blocking(int descriptor) {
        int on = 1;
        ::ioctl(descriptor, FIONBIO, &on);
        return descriptor;
    }
    std::size_t read_into(std::string& bytes, std::size_t most) {
        const std::size_t before = bytes.size();
        bytes.resize(before + most);
        const auto got = ::recv(fd_, bytes.data() + before, most, 0);
        bytes.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
        if (got < 0)
            throw std::runtime_error("the peer waited too long, or was reset, after: " +
                                     bytes.substr(0, 500));
        return static_cast<std::size_t>(got);
    }

    int fd_ = -1;
};

}  // namespace zanhu::test
