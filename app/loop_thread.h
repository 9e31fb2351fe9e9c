#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/connection/registry.h"
#include "core/net/epoll_loop.h"
#include "core/net/listener.h"

namespace zanhu::app {

/// One event loop with its thread, its connections and its listeners. Made on the main thread; everything but
/// start() and the loop's post() happens on its own.
class LoopThread {
public:
    LoopThread(const connection::Options& options,
               Application& application,
               connection::Admission& admission);
    LoopThread(const LoopThread&) = delete;
    LoopThread& operator=(const LoopThread&) = delete;
    ~LoopThread();

    net::EpollLoop& loop() noexcept { return loop_; }
    connection::Registry& registry() noexcept { return registry_; }

    /// A listening descriptor, and how its connections begin.
    struct Listening {
        int descriptor;
        connection::Entrance entrance;
    };
    /// Starts the thread under that name of 15 characters at most; takes over the listening descriptors.
    void start(std::vector<Listening> listening, const std::string& name);
    /// Stops accepting and drains the registry, soon. Any thread.
    void drain();
    /// Whether that has begun, so that no connection can come any more. Any thread.
    bool drained() const noexcept { return drained_; }
    /// Ends the loop and joins the thread. Any other thread.
    void stop();

private:
    net::EpollLoop loop_;
    connection::Registry registry_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;  // of the loop's thread
    std::atomic<bool> drained_{false};
    std::thread thread_;
};

}  // namespace zanhu::app
