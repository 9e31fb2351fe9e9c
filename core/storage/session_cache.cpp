#include "core/storage/session_cache.h"

#include <utility>

#include <zanhu/errors.h>

#include "core/base/metrics.h"
#include "core/base/on_loop.h"
#include "core/django/cached_session.h"
#include "core/redis/command.h"

namespace zanhu::storage {

namespace {

Counter hits("session_cache_hits_total", "Sessions that were in the site's cache");
Counter misses("session_cache_misses_total", "Sessions that were not in the site's cache");

}  // namespace

SessionCache::SessionCache(SessionCacheOptions options, net::EpollLoop& home, WorkerPool& resolver)
    : options_(std::move(options)),
      home_(home),
      connection_(std::make_unique<redis::Connection>(home, resolver, options_.connection, nullptr)) {}

SessionCache::~SessionCache() = default;

void SessionCache::start() {
    started_ = true;
    home_.post([this] { connection_->start(); });
}

std::shared_future<void> SessionCache::stop() {
    if (stop_asked_) return ended_future_;
    stop_asked_ = true;
    if (!started_) {
        ended_.set_value();
        return ended_future_;
    }
    home_.post([this] {
        end_ = end();
        end_.start(
            [](void* self) {
                auto& cache = *static_cast<SessionCache*>(self);
                cache.home_.post([&cache] {
                    cache.end_ = Task<void>();
                    cache.connection_.reset();
                    cache.ended_.set_value();
                });
            },
            this);
    });
    return ended_future_;
}

Task<void> SessionCache::end() {
    co_await connection_->stop();
}

std::string SessionCache::name_of(const std::string& key) const {
    return django::cached_session_key(options_.prefix, options_.version, options_.backend, key);
}

Task<std::optional<std::string>> SessionCache::get(std::string key) {
    std::vector<std::string> keys;
    keys.push_back(std::move(key));
    auto values = co_await get_all(std::move(keys));
    co_return std::move(values.front());
}

Task<std::vector<std::optional<std::string>>> SessionCache::get_all(std::vector<std::string> keys) {
    auto fetching = fetch(std::move(keys));
    co_return co_await on_loop(home_, std::move(fetching));
}

Task<void> SessionCache::remove(std::string key) {
    auto erasing = erase(std::move(key));
    co_await on_loop(home_, std::move(erasing));
}

Task<std::vector<std::optional<std::string>>> SessionCache::fetch(std::vector<std::string> keys) {
    std::vector<std::string> words;
    words.reserve(keys.size() + 1);
    words.emplace_back("MGET");
    for (const std::string& key : keys)
        words.push_back(name_of(key));
    std::string command = redis::encode(words);
    redis::Call call(*connection_, std::move(command));
    redis::Reply reply = co_await call;
    if (reply.is_error()) throw BackendUnavailable("the site's cache refuses: " + reply.text());
    std::vector<std::optional<std::string>> values(keys.size());
    for (std::size_t i = 0; i < values.size() && i < reply.items().size(); ++i) {
        redis::Reply& item = reply.items()[i];
        if (!item.is_nil()) values[i] = item.take_text();
        (item.is_nil() ? misses : hits).add();
    }
    co_return values;
}

Task<void> SessionCache::erase(std::string key) {
    std::string command = redis::command("DEL", name_of(key));
    co_await connection_->call(std::move(command));
}

}  // namespace zanhu::storage
