#include "core/storage/async_sessions.h"

#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>
#include <zanhu/sync.h>

namespace zanhu::storage {

namespace {

LimitedLog log_("zanhu.sessions");

void warn_of_cache(const BackendUnavailable& problem) {
    log_.warning(std::string("the site's cache cannot be asked, so sessions are read from the database: ") +
                 problem.what());
}

}  // namespace

Task<ValueMap> AsyncSessions::load(std::string key) {
    if (!store_.is_key(key)) co_return ValueMap();
    SessionQuery query(key);
    co_await ask_cache(query);
    auto job = [this, &query] { store_.load(query); };
    co_await sync_to_async(db_, job);
    co_return std::move(query.found.data);
}

Task<SessionAndUser> AsyncSessions::authenticate(std::string key) {
    if (!store_.is_key(key)) co_return SessionAndUser();
    SessionLookups::Lookup lookup(lookups_, key);
    co_await ask_cache(lookup);
    co_return co_await lookup;
}

Task<std::vector<std::optional<std::string>>> AsyncSessions::cached(
    const std::vector<Credential>& credentials) {
    std::vector<std::optional<std::string>> all(credentials.size());
    std::vector<std::string> keys;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < credentials.size(); ++i) {
        if (credentials[i].kind != Credential::Kind::session) continue;
        keys.push_back(credentials[i].key);
        places.push_back(i);
    }
    if (cache_ == nullptr || keys.empty()) co_return all;
    std::vector<std::optional<std::string>> found;
    try {
        found = co_await cache_->get_all(std::move(keys));
    } catch (const BackendUnavailable& problem) {
        if (store_.options().engine != SessionEngine::cached_db) throw;
        warn_of_cache(problem);
        co_return all;
    }
    for (std::size_t i = 0; i < places.size(); ++i)
        all[places[i]] = std::move(found[i]);
    co_return all;
}

Task<void> AsyncSessions::ask_cache(SessionQuery& query) {
    if (cache_ == nullptr || !store_.is_key(query.key)) co_return;
    try {
        query.cached = co_await cache_->get(query.key);
    } catch (const BackendUnavailable& problem) {
        if (store_.options().engine != SessionEngine::cached_db) throw;
        warn_of_cache(problem);
    }
}

Task<std::string> AsyncSessions::log_in(std::string user_id) {
    auto job = [this, &user_id] { return store_.log_in(user_id); };
    co_return co_await sync_to_async(db_, job);
}

Task<void> AsyncSessions::log_out(std::string key) {
    auto job = [this, &key] { store_.remove(key); };
    co_await sync_to_async(db_, job);
    if (cache_ != nullptr && store_.is_key(key)) co_await cache_->remove(key);
}

}  // namespace zanhu::storage
