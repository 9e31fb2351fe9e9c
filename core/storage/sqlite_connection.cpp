#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <sqlite3.h>

#include <memory>

#include "core/storage/open_connection.h"

namespace zanhu::storage {

namespace {

using Poco::Data::SQLite::Utility;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

/// Ends the statement's read of the database, however it went.
class Reset {
public:
    explicit Reset(sqlite3_stmt* statement) noexcept : statement_(statement) {}
    Reset(const Reset&) = delete;
    Reset& operator=(const Reset&) = delete;
    ~Reset() { sqlite3_reset(statement_); }

private:
    sqlite3_stmt* statement_;
};

struct Bind {
    sqlite3_stmt* statement;
    int place;

    void operator()(Parameter::Null) const { sqlite3_bind_null(statement, place); }
    void operator()(bool value) const { sqlite3_bind_int(statement, place, value ? 1 : 0); }
    void operator()(std::int64_t number) const { sqlite3_bind_int64(statement, place, number); }
    void operator()(std::string_view text) const {
        sqlite3_bind_text64(statement, place, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    void operator()(Parameter::MomentText moment) const { (*this)(moment.text); }
};

Row row_of(sqlite3_stmt* statement) {
    std::vector<std::optional<std::string>> columns(
        static_cast<std::size_t>(sqlite3_column_count(statement)));
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const int column = static_cast<int>(i);
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        if (text != nullptr)
            columns[i].emplace(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    return Row(std::move(columns));
}

class SqliteConnection final : public Connection {
public:
    SqliteConnection(const DatabaseOptions& options, const Dialect& the_dialect)
        : Connection(the_dialect),
          session_(Poco::Data::SQLite::Connector::KEY, options.path),
          database_(Utility::dbHandle(session_)) {
        sqlite3_busy_timeout(database_, static_cast<int>(options.busy_timeout.count()));
        // A name that is no column would otherwise be read as a text.
        sqlite3_db_config(database_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
        change("PRAGMA foreign_keys = ON");
        // In WAL a crash of the program loses nothing, a power cut at most the last transactions, and no
        // transaction waits for the disk; in the other modes a power cut could damage the file.
        if (first("PRAGMA journal_mode")->text(0) == "wal") change("PRAGMA synchronous = NORMAL");
    }

    // A writer that only reads at first could fail later because of another.
    void begin() override { change("BEGIN IMMEDIATE"); }
    void commit() override { change("COMMIT"); }
    void rollback() override { change("ROLLBACK"); }
    bool is_lost() const noexcept override { return false; }

protected:
    Answer run(std::string_view text, Parameters parameters) override {
        sqlite3_stmt* const statement = kept_.of(text, [&] { return prepare(text); }).get();
        const Reset reset(statement);
        int place = 0;
        for (const Parameter& parameter : parameters)
            std::visit(Bind{statement, ++place}, parameter.value());
        Answer answer;
        int result = sqlite3_step(statement);
        for (; result == SQLITE_ROW; result = sqlite3_step(statement))
            answer.rows.push_back(row_of(statement));
        if (result != SQLITE_DONE) Utility::throwException(database_, result, std::string(text));
        answer.changed = static_cast<std::size_t>(sqlite3_changes(database_));
        return answer;
    }

private:
    Prepared prepare(std::string_view text) {
        const std::string translated = dialect().translate(text);
        sqlite3_stmt* made = nullptr;
        const int size = static_cast<int>(translated.size());
        const int result = sqlite3_prepare_v2(database_, translated.data(), size, &made, nullptr);
        if (result != SQLITE_OK) Utility::throwException(database_, result, translated);
        return Prepared(made);
    }

    Poco::Data::Session session_;
    sqlite3* const database_;
    KeptStatements<Prepared> kept_;  // goes before the session
};

}  // namespace

void register_sqlite() {
    // Pages are allocated as they are read, instead of room for twenty of them with every connection.
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
    Poco::Data::SQLite::Connector::registerConnector();
}

std::unique_ptr<Connection> open_sqlite(const DatabaseOptions& options, const Dialect& dialect) {
    return std::make_unique<SqliteConnection>(options, dialect);
}

}  // namespace zanhu::storage
