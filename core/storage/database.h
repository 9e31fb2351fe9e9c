#pragma once

#include <Poco/Exception.h>

#include <type_traits>
#include <utility>

#include "core/base/metrics.h"
#include "core/storage/connection.h"
#include "core/storage/connection_pool.h"
#include "core/storage/database_options.h"
#include "core/storage/gate.h"
#include "core/storage/server_failure.h"
#include "core/storage/storage_failure.h"

namespace zanhu::storage {

/// A database: a bounded number of connections, and the order among writers. Owned by the daemon or the
/// command; any thread may run jobs, and blocks while it does: never a loop's thread. Every failure of the
/// database is a StorageError; what a job throws itself passes through. A server that was started anew is
/// connected to again by the next job.
class Database {
public:
    /// Throws StorageError when the file cannot be used or made. It is opened, and a server connected to,
    /// with the first job.
    explicit Database(DatabaseOptions options);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();  ///< REQUIRES: no job is running

    const DatabaseOptions& options() const noexcept { return options_; }

    /// Runs `job(connection)` outside of a transaction and returns its result. The connection must not
    /// outlive the call. The job runs again, on a new connection, when the server has ended the one that it
    /// was given: so it begins anew whenever it is called.
    template <class Job>
    auto read(Job&& job) {
        return translated([&] {
            const Stopwatch watch(reads_);
            enter(places_, k_all_in_use);
            const GateHold hold(places_);
            for (;;) {
                ConnectionPool::Lease lease(pool_);
                try {
                    return job(*lease);
                } catch (const ServerFailure& failure) {
                    if (!lease.was_stale(failure)) throw;
                }
            }
        });
    }

    /// Runs `job(connection)` as one transaction and returns its result: committed when it returns, rolled
    /// back when it throws. The writers of this process take turns, and on SQLite the transaction is
    /// IMMEDIATE: so a job never fails half-way because of another writer. The job runs once more when
    /// a pooler has taken its prepared statements away, and what it did is rolled back: so it begins anew
    /// whenever it is called.
    template <class Job>
    auto write(Job&& job) {
        return translated([&] {
            const Stopwatch watch(writes_);
            enter(writers_, "other writers of this process did not finish");
            const GateHold turn(writers_);
            enter(places_, k_all_in_use);
            const GateHold hold(places_);
            for (bool again = false;;) {
                ConnectionPool::Lease lease(pool_);
                if (!begin(lease)) continue;
                Transaction transaction(*lease);
                try {
                    if constexpr (std::is_void_v<std::invoke_result_t<Job&, Connection&>>) {
                        job(*lease);
                        return transaction.commit();
                    } else {
                        auto result = job(*lease);
                        transaction.commit();
                        return result;
                    }
                } catch (const ServerFailure& failure) {
                    if (failure.trouble() != Trouble::pooled || std::exchange(again, true)) throw;
                }
            }
        });
    }

private:
    static constexpr const char* k_all_in_use = "all connections to it are in use";

    /// One that has begun.
    class Transaction {
    public:
        explicit Transaction(Connection& connection) : connection_(connection) {}
        Transaction(const Transaction&) = delete;
        Transaction& operator=(const Transaction&) = delete;
        ~Transaction();
        void commit();

    private:
        Connection& connection_;
        bool open_ = true;
    };

    template <class Work>
    auto translated(Work work) -> decltype(work()) {
        try {
            return work();
        } catch (const Poco::Exception&) {
            failures_.add();
            throw_storage_error(options_.name);
        }
    }
    void enter(Gate& gate, const char* otherwise) const;
    /// False when it was stale: take another one.
    static bool begin(ConnectionPool::Lease& lease);

    static Histogram reads_;
    static Histogram writes_;
    static Counter failures_;

    const DatabaseOptions options_;
    Gate places_;
    Gate writers_{1};
    ConnectionPool pool_;
};

}  // namespace zanhu::storage
