#pragma once

#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <zanhu/task.h>
#include <zanhu/worker_pool.h>

#include "core/net/epoll_loop.h"
#include "core/redis/connection.h"

namespace zanhu::storage {

/// How the site's cache is configured in which it keeps sessions.
struct SessionCacheOptions {
    SessionCacheOptions() = default;
    redis::ConnectionOptions connection;
    std::string prefix;                 ///< KEY_PREFIX
    std::int64_t version = 1;           ///< VERSION
    std::string backend = "cached_db";  ///< or `cache`
};

/// The sessions in a Redis cache (Django: RedisCache, django-redis), as bytes. One connection, on one loop,
/// whatever the load; a slow Redis holds no loop up: what is asked for fails after [redis] timeout. Reads and
/// removes: what fills it is the site. Owned by the services; the loop and the pool outlive it. All may throw
/// BackendUnavailable, and Error for what Redis refuses.
class SessionCache {
public:
    /// `home`: where the connection lives; `resolver`: where its host is looked up.
    SessionCache(SessionCacheOptions options, net::EpollLoop& home, WorkerPool& resolver);
    SessionCache(const SessionCache&) = delete;
    SessionCache& operator=(const SessionCache&) = delete;
    ~SessionCache();  ///< after stop(), if it was started

    /// Once; from any thread.
    void start();
    /// Closes the connection; ready when it is. From any thread, however often; the loop must run until then.
    std::shared_future<void> stop();

    // On any loop's thread.
    /// std::nullopt when there is none of that key.
    Task<std::optional<std::string>> get(std::string key);
    /// The same for each of them, in one command.
    Task<std::vector<std::optional<std::string>>> get_all(std::vector<std::string> keys);
    Task<void> remove(std::string key);

private:
    std::string name_of(const std::string& key) const;
    Task<std::vector<std::optional<std::string>>> fetch(std::vector<std::string> keys);
    Task<void> erase(std::string key);
    Task<void> end();

    const SessionCacheOptions options_;
    net::EpollLoop& home_;
    std::unique_ptr<redis::Connection> connection_;
    Task<void> end_;
    std::promise<void> ended_;
    const std::shared_future<void> ended_future_ = ended_.get_future().share();
    bool started_ = false;
    bool stop_asked_ = false;
};

}  // namespace zanhu::storage
