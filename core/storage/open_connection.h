#pragma once

#include <memory>

#include "core/storage/connection.h"
#include "core/storage/database_options.h"
#include "core/storage/pooler.h"
#include "core/storage/watchdog.h"

namespace zanhu::storage {

// Makes Poco's connector known where one is used, from the first Database: before there is another thread.
void register_sqlite();
void register_mysql(const DatabaseServer& server);

// A new connection of each kind. Blocks until it is there, for [database] connect_timeout at most where the
// database is a server. Options, dialect, watchdog and pooler must outlive it. Throws Poco
// exceptions.
std::unique_ptr<Connection> open_sqlite(const DatabaseOptions& options, const Dialect& dialect);
std::unique_ptr<Connection> open_postgresql(const DatabaseOptions& options,
                                            const Dialect& dialect,
                                            Watchdog& watchdog,
                                            Pooler& pooler);
std::unique_ptr<Connection> open_mysql(const DatabaseOptions& options,
                                       const Dialect& dialect,
                                       Watchdog& watchdog);

}  // namespace zanhu::storage
