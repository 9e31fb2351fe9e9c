#include "core/storage/database.h"

#include <zanhu/errors.h>

namespace zanhu::storage {

namespace {

constexpr char k_metric[] = "database_seconds";
constexpr char k_metric_help[] = "Jobs on the database, with the wait for their turn";

/// With the path as its name unless it has one.
DatabaseOptions named(DatabaseOptions options) {
    if (options.name.empty()) options.name = options.path;
    return options;
}

}  // namespace

Histogram Database::reads_(k_metric, k_metric_help, k_latency_bounds, "kind=\"read\"");
Histogram Database::writes_(k_metric, k_metric_help, k_latency_bounds, "kind=\"write\"");
Counter Database::failures_("database_failures_total",
                            "Jobs on the database that failed: locked, full, broken");

Database::Database(DatabaseOptions options)
    : options_(named(std::move(options))), places_(options_.max_sessions), pool_(options_) {
    if (options_.kind == DatabaseKind::sqlite) prepare_database_file(options_.path, options_.missing);
}

Database::~Database() = default;

void Database::enter(Gate& gate, const char* otherwise) const {
    if (gate.enter(options_.busy_timeout)) return;
    failures_.add();
    throw StorageError("the database " + options_.name + " is busy: " + otherwise +
                       " within [database] busy_timeout; try again, or raise it");
}

bool Database::begin(ConnectionPool::Lease& lease) {
    try {
        (*lease).begin();
        return true;
    } catch (const ServerFailure& failure) {
        if (!lease.was_stale(failure)) throw;
        return false;
    }
}

Database::Transaction::~Transaction() {
    if (!open_ || connection_.is_lost()) return;
    try {
        connection_.rollback();
    } catch (const Poco::Exception&) {
        // SQLite rolls back by itself when the disk is full or fails, and a server when it loses the
        // connection; then there is nothing left to do.
        open_ = false;
    }
}

void Database::Transaction::commit() {
    connection_.commit();
    open_ = false;
}

}  // namespace zanhu::storage
