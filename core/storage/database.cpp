#include "core/storage/database.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SessionPool.h>

#include <mutex>

#include <zanhu/errors.h>

namespace zanhu::storage {

using namespace Poco::Data::Keywords;

namespace {

constexpr int k_idle_seconds = 60;
constexpr char k_metric[] = "database_seconds";
constexpr char k_metric_help[] = "Jobs on the database, with the wait for their turn";

void register_connector() {
    static std::once_flag once;
    std::call_once(once, [] { Poco::Data::SQLite::Connector::registerConnector(); });
}

/// Poco's pool, with what every session of ours needs.
class SessionPool : public Poco::Data::SessionPool {
public:
    explicit SessionPool(const DatabaseOptions& options)
        : Poco::Data::SessionPool(Poco::Data::SQLite::Connector::KEY,
                                  options.path,
                                  static_cast<int>(options.max_sessions),
                                  static_cast<int>(options.max_sessions),
                                  k_idle_seconds),
          busy_timeout_(options.busy_timeout) {}

protected:
    void customizeSession(Poco::Data::Session& session) override {
        session << "PRAGMA busy_timeout = " << busy_timeout_.count(), now;
        session << "PRAGMA foreign_keys = ON", now;
        std::string journal;
        session << "PRAGMA journal_mode", into(journal), now;
        // In WAL a crash of the program loses nothing, a power cut at most the last transactions, and no
        // transaction waits for the disk; in the other modes a power cut could damage the file.
        if (journal == "wal") session << "PRAGMA synchronous = NORMAL", now;
    }

private:
    const std::chrono::milliseconds busy_timeout_;
};

}  // namespace

Histogram Database::reads_(k_metric, k_metric_help, k_latency_bounds, "kind=\"read\"");
Histogram Database::writes_(k_metric, k_metric_help, k_latency_bounds, "kind=\"write\"");
Counter Database::failures_("database_failures_total",
                            "Jobs on the database that failed: locked, full, broken");

Database::Database(DatabaseOptions options) : options_(std::move(options)), sessions_(options_.max_sessions) {
    prepare_database_file(options_.path, options_.missing);
    register_connector();
    pool_ = std::make_unique<SessionPool>(options_);
}

Database::~Database() = default;

void Database::enter(Gate& gate, const char* otherwise) const {
    if (gate.enter(options_.busy_timeout)) return;
    failures_.add();
    throw StorageError("the database " + options_.path + " is busy: " + otherwise +
                       " within [database] busy_timeout; try again, or raise it");
}

Poco::Data::Session Database::take_session() {
    return pool_->get();
}

Database::Transaction::Transaction(Poco::Data::Session& session) : session_(session) {
    session_ << "BEGIN IMMEDIATE", now;
}

Database::Transaction::~Transaction() {
    if (!open_) return;
    try {
        session_ << "ROLLBACK", now;
    } catch (const Poco::Exception&) {
        // SQLite rolls back by itself when the disk is full or fails; then there is nothing left to do.
        open_ = false;
    }
}

void Database::Transaction::commit() {
    session_ << "COMMIT", now;
    open_ = false;
}

}  // namespace zanhu::storage
