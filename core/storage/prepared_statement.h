#pragma once

#include <Poco/Data/Session.h>
#include <sqlite3.h>

#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace zanhu::storage {

/// A statement that each session prepares once and keeps, for what every handshake asks: Poco prepares anew
/// with every execution, which costs more than the look-up itself. Owned by a store, and destroyed before the
/// Database, whose sessions stay open until then. Any thread, within a job, with that job's session.
class PreparedStatement {
public:
    /// `sql` is a literal.
    explicit PreparedStatement(const char* sql) : sql_(sql) {}
    PreparedStatement(const PreparedStatement&) = delete;
    PreparedStatement& operator=(const PreparedStatement&) = delete;

    /// Runs it and returns the text in the first column of the first row; std::nullopt when there is no row.
    /// Throws what Poco would throw.
    std::optional<std::string> run(Poco::Data::Session& session,
                                   std::initializer_list<std::string_view> parameters = {});

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };

    sqlite3_stmt* of(sqlite3* database);

    const char* const sql_;
    std::mutex mutex_;  // guards statements_; each statement belongs to who has its session
    std::unordered_map<sqlite3*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace zanhu::storage
