#pragma once

#include <cstdint>

namespace zanhu::net {

/// A descriptor that an EpollLoop watches, and what it calls when the kernel reports something. Base of the
/// stream, the listener and the loop's own wake-up; one indirect call a report. Loop thread only; must
/// outlive the turn in which it is removed.
class Watch {
public:
    using Function = void (*)(Watch& self, std::uint32_t events);

    Watch(int descriptor, Function function) noexcept : fd_(descriptor), function_(function) {}
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    int fd() const noexcept { return fd_; }
    void ready(std::uint32_t events) { function_(*this, events); }

protected:
    ~Watch() = default;
    void set_fd(int descriptor) noexcept { fd_ = descriptor; }

private:
    int fd_;
    Function function_;
};

}  // namespace zanhu::net
