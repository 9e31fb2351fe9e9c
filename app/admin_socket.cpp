#include "app/admin_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zanhu/errors.h>

#include "core/net/address.h"
#include "core/net/listener.h"

namespace zanhu::app {

namespace {

class Umask {
public:
    explicit Umask(mode_t mask) noexcept : before_(::umask(mask)) {}
    Umask(const Umask&) = delete;
    Umask& operator=(const Umask&) = delete;
    ~Umask() { ::umask(before_); }

private:
    const mode_t before_;
};

}  // namespace

int listen_for_admin(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode)) {
        throw ConfigError("the admin socket " + path +
                          " cannot be made: there is something else of that name; remove it, or change "
                          "[server] admin_socket");
    }
    const Umask only_this_user(0077);
    return net::listen_on(net::Address::unix_socket(path), 1).front();
}

bool peer_may_administer(int descriptor) noexcept {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return peer.uid == 0 || peer.uid == ::geteuid();
}

}  // namespace zanhu::app
