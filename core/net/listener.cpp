#include "core/net/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <string_view>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/base/metrics.h"

namespace zanhu::net {

namespace {

// What one turn accepts: a storm of handshakes leaves room for the sockets that are open.
constexpr int k_accepts_a_turn = 64;
constexpr int k_backlog = 4096;
// After the system had no descriptor or memory left: long enough to cost nothing, and for the refused client
// to read its answer.
constexpr std::chrono::milliseconds k_rest{50};

Counter out_of_descriptors("accept_out_of_descriptors_total",
                           "Times that no descriptor or memory was left to accept a connection with");
Counter refused("accept_refused_total", "Connections answered with 503 through the spare descriptor");
Counter failed("accept_failed_total",
               "Connections closed at once because memory, or epoll's room for descriptors, was used up");
LimitedLog out_log("zanhu.net");
LimitedLog failed_log("zanhu.net");

constexpr std::string_view k_out_of_descriptors =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 5\r\nConnection: close\r\n\r\n";

[[noreturn]] void refuse(const Address& address, int error) {
    std::string remedy = std::strerror(error);
    if (error == EADDRINUSE) remedy += "; another process listens there: stop it, or change [server] listen";
    if (error == EACCES) remedy += "; ports below 1024 need CAP_NET_BIND_SERVICE, paths a writable directory";
    if (error == EADDRNOTAVAIL) remedy += "; no interface of this machine has that address";
    throw ConfigError("cannot listen on " + address.to_string() + ": " + remedy);
}

void set_option(int descriptor, int option) {
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, option, &on, sizeof on);
}

/// A socket file that nobody listens on is left over from a process that was killed. Other files are refused
/// in the same way by connect(), and stay.
void remove_stale(const Address& address) {
    const char* path = reinterpret_cast<const sockaddr_un*>(address.data())->sun_path;
    struct stat status {};
    if (::lstat(path, &status) != 0 || !S_ISSOCK(status.st_mode)) return;
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool dead = ::connect(probe, address.data(), address.size()) != 0 && errno == ECONNREFUSED;
    ::close(probe);
    if (dead) ::unlink(path);
}

int open_socket(const Address& address) {
    const int descriptor = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) refuse(address, errno);
    set_option(descriptor, SO_REUSEADDR);
    if (address.family() == AF_INET6) {
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    }
    return descriptor;
}

void bind_and_listen(int descriptor, const Address& address, bool share_afterwards) {
    int error = 0;
    if (::bind(descriptor, address.data(), address.size()) != 0) error = errno;
    if (error == 0 && share_afterwards) set_option(descriptor, SO_REUSEPORT);
    if (error == 0 && ::listen(descriptor, k_backlog) != 0) error = errno;
    if (error != 0) refuse(address, error);
}

}  // namespace

std::vector<int> listen_on(const Address& address,
                           std::size_t count,
                           std::chrono::milliseconds write_timeout) {
    if (address.is_unix()) {
        remove_stale(address);
        count = 1;
    }
    std::vector<int> descriptors;
    try {
        descriptors.push_back(open_socket(address));
        bind_and_listen(descriptors.front(), address, !address.is_unix());
        const Address bound = Address::of_socket(descriptors.front());  // port 0 has become a port
        while (descriptors.size() < count) {
            descriptors.push_back(open_socket(bound));
            set_option(descriptors.back(), SO_REUSEPORT);
            bind_and_listen(descriptors.back(), bound, false);
        }
    } catch (...) {
        for (const int descriptor : descriptors)
            ::close(descriptor);
        throw;
    }
    if (!address.is_unix() && write_timeout.count() > 0) {
        // Accepted sockets inherit it.
        const auto milliseconds = static_cast<unsigned>(write_timeout.count());
        for (const int descriptor : descriptors)
            ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
    }
    return descriptors;
}

Listener::Listener(EpollLoop& loop, int descriptor, OnAccept on_accept)
    : Watch(descriptor, [](Watch& self, std::uint32_t) { static_cast<Listener&>(self).accept_some(); }),
      loop_(loop),
      on_accept_(std::move(on_accept)),
      spare_(::open("/dev/null", O_RDONLY | O_CLOEXEC)),
      timer_([](void* self) { static_cast<Listener*>(self)->rest_is_over(); }, this) {
    loop_.add(*this, EPOLLIN);
}

Listener::~Listener() {
    loop_.remove(*this);
    ::close(fd());
    if (spare_ >= 0) ::close(spare_);
}

void Listener::accept_some() {
    for (int i = 0; i < k_accepts_a_turn; ++i) {
        const int descriptor = ::accept4(fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            if (errno == EAGAIN) return;
            out_of(errno);
            return;
        }
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        hand_over(descriptor);
    }
}

void Listener::hand_over(Descriptor descriptor) {
    try {
        on_accept_(std::move(descriptor));
    } catch (const std::exception& error) {
        failed.add();
        failed_log.error(std::string("a connection was accepted and could not be served: ") + error.what() +
                         "; it was closed. Give the process more memory, or raise fs.epoll.max_user_watches");
    }
}

// The kernel would report the waiting connections in every turn, though there is nothing to take them with.
void Listener::out_of(int error) {
    out_of_descriptors.add();
    out_log.error(
        std::string("no connection can be accepted: ") + std::strerror(error) +
        "; raise the limit of open files (LimitNOFILE, ulimit -n), or lower [server] max_connections");
    if (error == EMFILE || error == ENFILE) refuse_one();
    loop_.modify(*this, 0);
    loop_.schedule(timer_, k_rest);
}

void Listener::refuse_one() noexcept {
    if (spare_ < 0) return;
    ::close(spare_);
    spare_ = ::accept4(fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (spare_ < 0) return;
    refused.add();
    [[maybe_unused]] const auto sent =
        ::send(spare_, k_out_of_descriptors.data(), k_out_of_descriptors.size(), MSG_NOSIGNAL);
    ::shutdown(spare_, SHUT_WR);
}

void Listener::rest_is_over() {
    if (spare_ >= 0) {
        // A request left unread would make the close a reset, and the answer be lost.
        char request[16384];
        [[maybe_unused]] const auto got = ::recv(spare_, request, sizeof request, 0);
        ::close(spare_);
    }
    spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    loop_.modify(*this, EPOLLIN);
}

}  // namespace zanhu::net
