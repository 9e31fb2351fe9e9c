#include "core/storage/async_sessions.h"

#include <zanhu/sync.h>

namespace zanhu::storage {

Task<ValueMap> AsyncSessions::load(std::string key) {
    auto job = [this, &key] { return store_.load(key).value_or(ValueMap()); };
    co_return co_await sync_to_async(db_, job);
}

Task<SessionAndUser> AsyncSessions::authenticate(std::string key) {
    SessionLookups::Lookup lookup(lookups_, key);
    co_return co_await lookup;
}

Task<std::string> AsyncSessions::log_in(std::string user_id) {
    auto job = [this, &user_id] { return store_.log_in(user_id); };
    co_return co_await sync_to_async(db_, job);
}

Task<void> AsyncSessions::log_out(std::string key) {
    auto job = [this, &key] { store_.remove(key); };
    co_await sync_to_async(db_, job);
}

}  // namespace zanhu::storage
