#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <zanhu/value.h>

namespace zanhu::django {

/// The key under which a session is in the cache (Django: BaseCache.make_key, contrib.sessions.backends.cache
/// and cached_db). `prefix`: KEY_PREFIX; `version`: VERSION; `backend`: `cache` or `cached_db`.
std::string cached_session_key(std::string_view prefix,
                               std::int64_t version,
                               std::string_view backend,
                               std::string_view session_key);

/// The session in a value of Django's RedisCache or of django-redis: a pickle of protocol 2 to 5, or JSON, as
/// it is or compressed by zlib or gzip, of which the first bytes tell. std::nullopt when it is none of these,
/// or larger than 1 MiB. Any thread.
std::optional<ValueMap> read_cached_session(std::string_view value);

}  // namespace zanhu::django
