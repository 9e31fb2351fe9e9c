#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "core/net/address.h"
#include "core/net/descriptor.h"
#include "core/net/epoll_loop.h"

namespace zanhu::net {

/// Binds and listens: one descriptor per loop, over which the kernel spreads the connections (SO_REUSEPORT),
/// or a single one for a Unix socket. The first is bound without SO_REUSEPORT, so that an address that
/// another process holds is refused. A stale Unix socket file is removed when nobody answers on it. Throws
/// ConfigError that names the address and what to do.
/// Its connections are dropped by the system when the peer takes nothing for `write_timeout`
/// (TCP_USER_TIMEOUT; zero leaves it to the system; a Unix socket has no such thing).
std::vector<int> listen_on(const Address& address,
                           std::size_t count,
                           std::chrono::milliseconds write_timeout = std::chrono::milliseconds(0));

/// Accepts connections for one loop. Made, used and destroyed on the loop's thread.
class Listener final : private Watch {
public:
    /// Gets each accepted descriptor (non-blocking, close-on-exec). What it throws, because memory or the
    /// kernel's tables are full, costs that one connection.
    using OnAccept = std::function<void(Descriptor descriptor)>;

    /// Takes over a listening descriptor.
    Listener(EpollLoop& loop, int descriptor, OnAccept on_accept);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

private:
    void accept_some();
    void hand_over(Descriptor descriptor);
    void out_of(int error);
    void refuse_one() noexcept;
    void rest_is_over();

    EpollLoop& loop_;
    OnAccept on_accept_;
    /// A descriptor that is kept for the time when there is no other: then one client after the other is
    /// refused through it, so that they get an answer instead of silence. While the listener rests it is the
    /// last refused client's.
    int spare_;
    Timer timer_;
};

}  // namespace zanhu::net
