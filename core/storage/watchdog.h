#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace zanhu::storage {

/// Ends the wait for a server that does not answer: the client libraries would wait for ever for one that is
/// frozen, or whose machine is gone, since its own time-outs do not run then. Shuts the socket of a statement
/// down that is overdue, so that the library sees a lost connection. Owned by a Database; any thread. Its
/// thread starts with the first statement.
class Watchdog {
    using Clock = std::chrono::steady_clock;
    struct Entry {
        Clock::time_point deadline;
        int socket;
        bool expired;
    };

public:
    explicit Watchdog(std::chrono::milliseconds patience) : patience_(patience) {}
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;
    ~Watchdog();

    /// One statement. Lives on the stack of who waits, and not longer than the socket.
    class Watch {
    public:
        Watch(Watchdog& dog, int socket);
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        ~Watch();
        /// The time was over.
        bool expired() const;

    private:
        Watchdog& dog_;
        std::list<Entry>::iterator entry_;
    };

private:
    void run();

    const std::chrono::milliseconds patience_;
    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::list<Entry> entries_;  // in order of their deadlines
    bool resting_ = false;      // its thread waits without a deadline
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace zanhu::storage
