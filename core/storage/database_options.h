#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/storage/database_file.h"
#include "core/storage/dialect.h"
#include "core/storage/user_model.h"

namespace zanhu::storage {

/// Where a database is that is a server.
struct DatabaseServer {
    std::string host;  ///< a name, an address, or the directory (PostgreSQL) or path of a Unix socket
    std::uint16_t port = 0;
    std::string user;
    std::string password;
    std::string database;
    std::vector<std::pair<std::string, std::string>> options;  ///< of libpq
};

struct DatabaseOptions {
    DatabaseKind kind = DatabaseKind::sqlite;
    std::string path;  ///< of the SQLite file
    DatabaseServer server;
    std::string name;  ///< for messages: the path, or the server's URL without its password
    /// How long a job waits for a connection, for this process's other writers and, on SQLite, again for
    /// another process's lock.
    std::chrono::milliseconds busy_timeout{2000};
    std::chrono::milliseconds connect_timeout{5000};    ///< of a server; in whole seconds, 2 at least
    std::chrono::milliseconds statement_timeout{5000};  ///< on a server
    bool keep_statements = true;                        ///< on PostgreSQL, until a Pooler is noticed
    std::size_t max_sessions = 8;                       ///< connections at most, and so jobs at once
    MissingFile missing = MissingFile::create;
    UserModel users;
};

}  // namespace zanhu::storage
