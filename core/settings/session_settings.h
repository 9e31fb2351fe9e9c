#pragma once

#include <cstdint>
#include <string>

namespace zanhu::settings {

class Settings;

/// Where the site keeps its sessions: the keys of [site] that begin with session_engine, session_file and
/// session_cache.
struct SessionSettings {
    enum class Engine : std::uint8_t { db, cached_db, cache, file, signed_cookies };

    Engine engine = Engine::db;
    std::string file_path;  ///< absolute
    std::string cache_url;  ///< never empty where the engine has a cache
    std::string cache_prefix;
    std::int64_t cache_version = 1;

    bool has_cache() const noexcept { return engine == Engine::cache || engine == Engine::cached_db; }

    static SessionSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
