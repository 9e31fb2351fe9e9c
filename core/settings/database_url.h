#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace zanhu::settings {

/// What `[database] url` says, in the forms of Django's DATABASE_URL. A value type.
struct DatabaseUrl {
    enum class Kind : std::uint8_t { sqlite, postgresql, mysql };

    Kind kind = Kind::sqlite;
    std::string path;  ///< of a SQLite file; as it was written, so perhaps relative
    // Of a server.
    std::string host;  ///< a name, an address, or an absolute path where its Unix socket is
    std::uint16_t port = 0;
    std::string user;
    std::string password;
    std::string database;
    std::vector<std::pair<std::string, std::string>> options;  ///< of libpq
    std::string name;  ///< for messages: the URL without password and options, or the path
};

/// Throws Error with a problem that can follow the key's name, and that says what to write instead; the
/// password is not in it.
DatabaseUrl parse_database_url(const std::string& url);

}  // namespace zanhu::settings
