#pragma once

#include <string>

namespace zanhu::app {

/// Listens on a Unix socket that only this user can open (it is made under umask 0077); returns the
/// descriptor, owned by the caller. REQUIRES: an InstanceLock of that path is held, so that a socket file
/// that is there is a dead one. At the start, before other threads make files: the umask is the whole
/// process's. Throws ConfigError.
int listen_for_admin(const std::string& path);

/// Whether the process at the other end of a connected Unix socket runs as this user or as root
/// (SO_PEERCRED).
[[nodiscard]] bool peer_may_administer(int descriptor) noexcept;

}  // namespace zanhu::app
