#include "core/net/connect.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <coroutine>
#include <string>
#include <system_error>
#include <utility>

#include <zanhu/errors.h>

namespace zanhu::net {

namespace {

[[noreturn]] void fail(const Address& address, const std::string& why) {
    throw Error("cannot connect to " + address.to_string() + ": " + why);
}

std::string reason(int error) {
    return std::generic_category().message(error);
}

/// Waits for the kernel's word on one connect; lives in the frame of connect_to. Owns the descriptor.
class Connecting final : private Watch {
public:
    Connecting(EpollLoop& loop, int descriptor, std::chrono::milliseconds timeout, CancelToken token)
        : Watch(descriptor, [](Watch& self, std::uint32_t) { static_cast<Connecting&>(self).end(); }),
          loop_(loop),
          timeout_(timeout),
          token_(token),
          timer_(&Connecting::give_up, this),
          cancel_(&Connecting::give_up, this) {}
    ~Connecting() {
        if (fd() >= 0) ::close(fd());
    }
    int release() noexcept {
        const int descriptor = fd();
        set_fd(-1);
        return descriptor;
    }

    bool await_ready() const noexcept { return token_.cancelled(); }
    void await_suspend(std::coroutine_handle<> awaiter) {
        awaiter_ = awaiter;
        loop_.add(*this, EPOLLOUT);
        loop_.schedule(timer_, timeout_);
        token_.register_callback(cancel_);
    }
    /// 0, or the error.
    int await_resume() const {
        if (token_.cancelled()) throw Cancelled();
        if (timed_out_) return ETIMEDOUT;
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size);
        return error;
    }

private:
    static void give_up(void* self) {
        auto& connecting = *static_cast<Connecting*>(self);
        connecting.timed_out_ = true;
        connecting.end();
    }
    // Resumed by a job: an event for this watch may still be waiting in the turn.
    void end() {
        timer_.cancel();
        cancel_.unregister();
        loop_.remove(*this);
        loop_.post([awaiter = awaiter_] { awaiter.resume(); });
    }

    EpollLoop& loop_;
    std::chrono::milliseconds timeout_;
    CancelToken token_;
    Timer timer_;
    CancelCallback cancel_;
    bool timed_out_ = false;
    std::coroutine_handle<> awaiter_;
};

}  // namespace

Task<int> connect_to(EpollLoop& loop, Address address, std::chrono::milliseconds timeout, CancelToken token) {
    const int descriptor = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) fail(address, reason(errno));
    Connecting connecting(loop, descriptor, timeout, token);
    if (!address.is_unix()) {
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    }
    int error = ::connect(descriptor, address.data(), address.size()) == 0 ? 0 : errno;
    if (error == EINPROGRESS) error = co_await connecting;
    if (error != 0) fail(address, reason(error));
    co_return connecting.release();
}

}  // namespace zanhu::net
