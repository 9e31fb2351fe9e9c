#pragma once

#include <string>

namespace zanhu::app {

/// Keeps a second daemon with the same admin socket away: a lock on the file `<socket>.lock`, taken before
/// anything listens, because SO_REUSEPORT would let both have the same port. Owned by the runtime for the
/// whole life of the daemon; the kernel gives it up when the process ends, however it ends. The file stays:
/// removing it would let two daemons lock two different files.
class InstanceLock {
public:
    /// Makes the socket's directory (mode 0700, the last component only) when it is not there. Throws
    /// ConfigError when another process has the lock, with its pid, or when the file cannot be made.
    explicit InstanceLock(const std::string& admin_socket);
    InstanceLock(const InstanceLock&) = delete;
    InstanceLock& operator=(const InstanceLock&) = delete;
    ~InstanceLock();

private:
    int descriptor_;
};

}  // namespace zanhu::app
