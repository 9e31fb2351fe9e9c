#include "core/settings/session_settings.h"

#include <string_view>

#include "core/settings/problems.h"
#include "core/settings/settings.h"

namespace zanhu::settings {

namespace {

using Engine = SessionSettings::Engine;

Engine engine_named(std::string_view name) {
    if (name == "cached_db") return Engine::cached_db;
    if (name == "cache") return Engine::cache;
    if (name == "file") return Engine::file;
    return name == "signed_cookies" ? Engine::signed_cookies : Engine::db;
}

}  // namespace

SessionSettings SessionSettings::from(const Settings& settings) {
    const ConfigView view = settings.section("site");
    Problems problems;
    SessionSettings sessions;
    sessions.engine = engine_named(view.text("session_engine"));
    sessions.file_path = view.text("session_file_path");
    if (sessions.file_path.empty()) sessions.file_path = "/tmp";  // Django: tempfile.gettempdir()
    if (!sessions.file_path.starts_with('/')) {
        problems.add(settings.describe(
            "site", "session_file_path", "`" + sessions.file_path + "` is relative; write an absolute path"));
    }
    sessions.cache_url = view.text("session_cache_url");
    if (sessions.has_cache() && sessions.cache_url.empty()) {
        problems.add(settings.describe("site",
                                       "session_cache_url",
                                       "is missing, and session_engine is " + view.text("session_engine") +
                                           "; write the LOCATION of the site's cache, such as "
                                           "redis://127.0.0.1:6379/1"));
    }
    sessions.cache_prefix = view.text("session_cache_prefix");
    sessions.cache_version = view.integer("session_cache_version");
    problems.raise_if_any();
    return sessions;
}

}  // namespace zanhu::settings
