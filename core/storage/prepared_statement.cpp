#include "core/storage/prepared_statement.h"

#include <Poco/Data/SQLite/Utility.h>

namespace zanhu::storage {

namespace {

using Poco::Data::SQLite::Utility;

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

}  // namespace

sqlite3_stmt* PreparedStatement::of(sqlite3* database) {
    const std::lock_guard lock(mutex_);
    auto& statement = statements_[database];
    if (statement == nullptr) {
        sqlite3_stmt* made = nullptr;
        const int result = sqlite3_prepare_v2(database, sql_, -1, &made, nullptr);
        if (result != SQLITE_OK) Utility::throwException(database, result, sql_);
        statement.reset(made);
    }
    return statement.get();
}

std::optional<std::string> PreparedStatement::run(Poco::Data::Session& session,
                                                  std::initializer_list<std::string_view> parameters) {
    sqlite3* const database = Utility::dbHandle(session);
    sqlite3_stmt* const statement = of(database);
    const Reset reset(statement);
    int place = 0;
    for (const std::string_view text : parameters) {
        const int size = static_cast<int>(text.size());
        sqlite3_bind_text(statement, ++place, text.data(), size, SQLITE_STATIC);
    }
    const int result = sqlite3_step(statement);
    if (result == SQLITE_DONE) return std::nullopt;
    if (result != SQLITE_ROW) Utility::throwException(database, result, sql_);
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, 0));
    return text == nullptr ? std::string() : std::string(text, size);
}

}  // namespace zanhu::storage
