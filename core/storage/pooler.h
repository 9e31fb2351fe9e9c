#pragma once

#include <atomic>
#include <string>

namespace zanhu::storage {

/// Whether something stands between a Database and its PostgreSQL that gives each transaction another
/// connection there, as PgBouncer does in transaction mode: then neither prepared statements nor settings of
/// a connection are ours to keep, since the next one who gets it would find them. Owned by a ConnectionPool;
/// any thread.
class Pooler {
public:
    bool is_there() const noexcept { return there_.load(std::memory_order_relaxed); }
    /// From now on. The first time the log says so. `sign`: what the pooler or the server said.
    void notice(const std::string& sign);

private:
    std::atomic<bool> there_{false};
};

}  // namespace zanhu::storage
