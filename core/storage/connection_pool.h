#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>

#include "core/base/kept_memory.h"
#include "core/storage/connection.h"
#include "core/storage/database_options.h"
#include "core/storage/pooler.h"
#include "core/storage/server_failure.h"
#include "core/storage/watchdog.h"

namespace zanhu::storage {

/// The connections of a Database that no job has. Who may take one has a place at the database's gate, so
/// that there are never more than it has places. A new one is opened outside of every lock: a server that is
/// slow to connect keeps nobody else. After a crowd has gone only the one that was opened first stays.
/// Owned by a Database; any thread.
class ConnectionPool {
public:
    explicit ConnectionPool(const DatabaseOptions& options);
    ConnectionPool(const ConnectionPool&) = delete;
    ConnectionPool& operator=(const ConnectionPool&) = delete;
    ~ConnectionPool();  ///< REQUIRES: no job has a connection

    /// One job's hold of a connection. Gives it back, unless it is lost.
    class Lease {
    public:
        /// Throws Poco exceptions when a new one cannot be opened.
        explicit Lease(ConnectionPool& pool);
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease();
        Connection& operator*() const noexcept { return *connection_; }
        /// It had been idle, and now the server turns out to have ended it: a new one may do. All other idle
        /// ones go too, since the server was most likely started anew.
        [[nodiscard]] bool was_stale(const ServerFailure& failure) noexcept;

    private:
        ConnectionPool& pool_;
        bool reused_ = false;
        std::unique_ptr<Connection> connection_;
    };

private:
    using Clock = std::chrono::steady_clock;
    struct Idle {
        std::unique_ptr<Connection> connection;
        Clock::time_point since;
    };

    std::unique_ptr<Connection> open();
    std::unique_ptr<Connection> take_idle();
    void give_back(std::unique_ptr<Connection> connection) noexcept;
    /// Closes the idle ones: all, or those that were opened behind the first.
    enum class Keep { none, first };
    void close_idle(Keep keep) noexcept;

    const DatabaseOptions& options_;
    const Dialect dialect_;
    Watchdog watchdog_;
    Pooler pooler_;
    std::mutex mutex_;       // guards idle_
    std::deque<Idle> idle_;  // the one that was used last at the end
    const KeptMemory kept_;
};

}  // namespace zanhu::storage
