#pragma once

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Exception.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "core/base/metrics.h"
#include "core/storage/database_file.h"
#include "core/storage/gate.h"
#include "core/storage/storage_failure.h"

namespace Poco::Data {
class SessionPool;
}

namespace zanhu::storage {

struct DatabaseOptions {
    std::string path;
    /// How long a job waits for a session, for this process's other writers and, again, for another process's
    /// lock.
    std::chrono::milliseconds busy_timeout{2000};
    std::size_t max_sessions = 8;  ///< jobs at once; one per thread of the `db` pool, and one for the rest
    MissingFile missing = MissingFile::create;
};

/// A SQLite database: a bounded number of Poco sessions, and the order among writers. Owned by the daemon or
/// the command; any thread may run jobs, and blocks while it does: never a loop's thread. Every failure of
/// the database is a StorageError; what a job throws itself passes through.
class Database {
public:
    /// Throws StorageError when the file cannot be used or made. SQLite opens it with the first job.
    explicit Database(DatabaseOptions options);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();  ///< REQUIRES: no job is running

    const DatabaseOptions& options() const noexcept { return options_; }

    /// Runs `job(session)` outside of a transaction and returns its result. The session must not outlive the
    /// call.
    template <class Job>
    auto read(Job&& job) {
        return translated([&] {
            const Stopwatch watch(reads_);
            enter(sessions_, "all sessions of the database are in use");
            const GateHold hold(sessions_);
            Poco::Data::Session session = take_session();
            return job(session);
        });
    }

    /// Runs `job(session)` as one transaction and returns its result: committed when it returns, rolled back
    /// when it throws. The writers of this process take turns, and the transaction is IMMEDIATE: so a job
    /// never fails half-way because of another writer.
    template <class Job>
    auto write(Job&& job) {
        return translated([&] {
            const Stopwatch watch(writes_);
            enter(writers_, "other writers of this process did not finish");
            const GateHold turn(writers_);
            enter(sessions_, "all sessions of the database are in use");
            const GateHold hold(sessions_);
            Poco::Data::Session session = take_session();
            Transaction transaction(session);
            if constexpr (std::is_void_v<std::invoke_result_t<Job&, Poco::Data::Session&>>) {
                job(session);
                transaction.commit();
            } else {
                auto result = job(session);
                transaction.commit();
                return result;
            }
        });
    }

private:
    class Transaction {
    public:
        explicit Transaction(Poco::Data::Session& session);
        Transaction(const Transaction&) = delete;
        Transaction& operator=(const Transaction&) = delete;
        ~Transaction();
        void commit();

    private:
        Poco::Data::Session& session_;
        bool open_ = true;
    };

    template <class Work>
    auto translated(Work work) -> decltype(work()) {
        try {
            return work();
        } catch (const Poco::Exception&) {
            failures_.add();
            throw_storage_error(options_.path);
        }
    }
    void enter(Gate& gate, const char* otherwise) const;
    Poco::Data::Session take_session();

    static Histogram reads_;
    static Histogram writes_;
    static Counter failures_;

    const DatabaseOptions options_;
    Gate sessions_;
    Gate writers_{1};
    std::unique_ptr<Poco::Data::SessionPool> pool_;
};

/// Calls `row()` after each row of a select that was made with Poco's limit(1), when its variables are
/// filled. Within a job.
template <class Row>
void for_each_row(Poco::Data::Statement& select, Row row) {
    while (!select.done()) {
        if (select.execute() > 0) row();
    }
}

}  // namespace zanhu::storage
