#pragma once

#include <functional>
#include <vector>

#include "core/net/address.h"
#include "core/net/epoll_loop.h"

namespace zanhu::net {

/// Binds and listens: one descriptor per loop, over which the kernel spreads the connections (SO_REUSEPORT),
/// or a single one for a Unix socket. The first is bound without SO_REUSEPORT, so that an address that
/// another process holds is refused. A stale Unix socket file is removed when nobody answers on it. Throws
/// ConfigError that names the address and what to do.
std::vector<int> listen_on(const Address& address, std::size_t count);

/// Accepts connections for one loop. Made, used and destroyed on the loop's thread.
class Listener final : private Watch {
public:
    /// Gets each accepted descriptor (non-blocking, close-on-exec, owned by the callee).
    using OnAccept = std::function<void(int descriptor)>;

    /// Takes over a listening descriptor.
    Listener(EpollLoop& loop, int descriptor, OnAccept on_accept);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

private:
    void accept_some();
    void refuse_one() noexcept;
    void rest();

    EpollLoop& loop_;
    OnAccept on_accept_;
    int spare_;  // given up for a moment when descriptors run out, so that a client gets an answer instead of
                 // silence
    Timer timer_;
};

}  // namespace zanhu::net
