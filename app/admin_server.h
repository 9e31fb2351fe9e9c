#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <zanhu/unique_function.h>

#include "app/admin_handler.h"
#include "core/net/epoll_loop.h"
#include "core/net/listener.h"

namespace zanhu::app {

class AdminClient;

struct AdminOptions {
    AdminOptions() = default;
    std::string path;  ///< of the socket; its file is removed by stop()
    /// zanhu-admin needs one, for a moment; the rest is room for scripts.
    std::size_t max_clients = 16;
    std::chrono::milliseconds idle_timeout{30'000};     ///< until a whole request is there
    std::chrono::milliseconds request_timeout{30'000};  ///< until it is answered
    std::chrono::milliseconds close_timeout{2'000};     ///< until the client has taken its last answer
};

/// The daemon's side of the admin socket: accepts this user's and root's connections, reads requests, hands
/// them to the handler one at a time a client, and writes its answers. Owned by the runtime; made, used and
/// destroyed on its loop's thread.
class AdminServer {
public:
    /// Takes over a descriptor of listen_for_admin().
    AdminServer(net::EpollLoop& loop, int descriptor, AdminOptions options, AdminHandler& handler);
    AdminServer(const AdminServer&) = delete;
    AdminServer& operator=(const AdminServer&) = delete;
    /// REQUIRES: stop() has reported, or no client has ever come.
    ~AdminServer();

    /// Takes no further client or request; a request under way is finished and answered. Calls `stopped`
    /// once, on the loop, when the last client is gone and its coroutine has ended. To be called once.
    void stop(UniqueFunction stopped);
    std::size_t clients() const noexcept { return clients_.size(); }

    // For the clients themselves.
    net::EpollLoop& loop() const noexcept { return loop_; }
    const AdminOptions& options() const noexcept { return options_; }
    AdminHandler& handler() const noexcept { return handler_; }
    bool stopping() const noexcept { return stopping_; }
    /// Frees it at the end of the turn.
    void remove(AdminClient& client);

private:
    void accept(net::Descriptor descriptor);
    void report_if_stopped();

    net::EpollLoop& loop_;
    const AdminOptions options_;
    AdminHandler& handler_;
    std::unique_ptr<net::Listener> listener_;
    std::vector<std::unique_ptr<AdminClient>> clients_;
    bool stopping_ = false;
    UniqueFunction stopped_;
};

}  // namespace zanhu::app
