#pragma once

#include <chrono>
#include <cstddef>

#include "core/settings/database_url.h"

namespace zanhu::settings {

class Settings;

/// [database].
struct DatabaseSettings {
    enum class Migrate { automatic, never };

    DatabaseUrl url;  ///< with an absolute path where it is a SQLite file
    std::chrono::milliseconds busy_timeout{};
    std::chrono::milliseconds connect_timeout{};
    std::chrono::milliseconds statement_timeout{};
    std::size_t max_connections = 0;  ///< never 0
    bool keep_statements = true;
    Migrate migrate = Migrate::automatic;

    static DatabaseSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
