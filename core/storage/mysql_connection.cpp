#include <Poco/Data/MySQL/Connector.h>
#include <Poco/Data/MySQL/Utility.h>
#include <Poco/Data/Session.h>
#include <mysql/errmsg.h>
#include <mysql/mysql.h>
#include <mysql/mysqld_error.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/net/descriptor.h"
#include "core/storage/open_connection.h"
#include "core/storage/server_failure.h"
#include "core/storage/server_session.h"

namespace zanhu::storage {

namespace {

struct CodeTrouble {
    unsigned code;
    Trouble trouble;
};

constexpr unsigned k_connection_killed = 1927;    // MariaDB
constexpr unsigned k_statement_time_over = 1969;  // MariaDB: max_statement_time
constexpr unsigned k_execution_time_over = 3024;  // MySQL: max_execution_time
constexpr unsigned k_idle_too_long = 4031;        // MySQL: wait_timeout

constexpr CodeTrouble k_troubles[] = {
    {CR_SERVER_GONE_ERROR, Trouble::lost},
    {CR_SERVER_LOST, Trouble::lost},
    {CR_SERVER_LOST_EXTENDED, Trouble::lost},
    {ER_SERVER_SHUTDOWN, Trouble::lost},
    {k_connection_killed, Trouble::lost},
    {k_idle_too_long, Trouble::lost},
    {ER_UNKNOWN_STMT_HANDLER, Trouble::lost},
    {ER_NEED_REPREPARE, Trouble::lost},
    {k_statement_time_over, Trouble::timed_out},
    {k_execution_time_over, Trouble::timed_out},
    {ER_LOCK_WAIT_TIMEOUT, Trouble::locked},
    {ER_LOCK_DEADLOCK, Trouble::locked},
    {ER_RECORD_FILE_FULL, Trouble::full},
    {ER_DISK_FULL, Trouble::full},
    {ER_OPTION_PREVENTS_STATEMENT, Trouble::read_only},
    {ER_NO_SUCH_TABLE, Trouble::no_tables},
    {ER_BAD_FIELD_ERROR, Trouble::no_tables},
    {ER_DUP_ENTRY, Trouble::constraint},
    {ER_ROW_IS_REFERENCED, Trouble::constraint},
    {ER_ROW_IS_REFERENCED_2, Trouble::constraint},
    {ER_NO_REFERENCED_ROW_2, Trouble::constraint},
    {ER_TABLEACCESS_DENIED_ERROR, Trouble::denied},
    {ER_COLUMNACCESS_DENIED_ERROR, Trouble::denied},
};

Trouble trouble_of(unsigned code) {
    const auto* const found =
        std::ranges::find_if(k_troubles, [code](const CodeTrouble& known) { return known.code == code; });
    return found == std::end(k_troubles) ? Trouble::other : found->trouble;
}

struct CloseStatement {
    void operator()(MYSQL_STMT* statement) const noexcept { mysql_stmt_close(statement); }
};
using Prepared = std::unique_ptr<MYSQL_STMT, CloseStatement>;

/// Gives back what an execution has fetched, however it went.
class Free {
public:
    explicit Free(MYSQL_STMT* statement) noexcept : statement_(statement) {}
    Free(const Free&) = delete;
    Free& operator=(const Free&) = delete;
    ~Free() { mysql_stmt_free_result(statement_); }

private:
    MYSQL_STMT* statement_;
};

/// The parameters of one execution as the client library wants them.
class Values {
public:
    explicit Values(Connection::Parameters parameters) {
        numbers_.reserve(parameters.size());
        for (const Parameter& parameter : parameters)
            std::visit(*this, parameter.value());
    }
    void operator()(Parameter::Null) { binds_.emplace_back().buffer_type = MYSQL_TYPE_NULL; }
    void operator()(bool value) { (*this)(std::int64_t{value ? 1 : 0}); }
    void operator()(std::int64_t number) {
        MYSQL_BIND& bind = binds_.emplace_back();
        bind.buffer_type = MYSQL_TYPE_LONGLONG;
        bind.buffer = &numbers_.emplace_back(number);
    }
    void operator()(std::string_view text) {
        MYSQL_BIND& bind = binds_.emplace_back();
        bind.buffer_type = MYSQL_TYPE_STRING;
        bind.buffer = const_cast<char*>(text.data());  // only read
        bind.buffer_length = text.size();
        bind.length = nullptr;
    }
    void operator()(Parameter::MomentText moment) { (*this)(moment.text); }

    MYSQL_BIND* data() { return binds_.data(); }

private:
    std::vector<std::int64_t> numbers_;  // never grows beyond what was reserved, so the pointers stay good
    std::vector<MYSQL_BIND> binds_;
};

/// Where the library writes the columns of one row, as text.
class Columns {
public:
    explicit Columns(MYSQL_STMT* statement) {
        const unsigned count = mysql_stmt_field_count(statement);
        buffers_.resize(count);
        binds_.resize(count);
        lengths_.resize(count);
        nulls_.resize(count);
        MYSQL_RES* const description = mysql_stmt_result_metadata(statement);
        if (description == nullptr) return;
        constexpr unsigned long k_number_or_moment = 64;
        for (unsigned i = 0; i < count; ++i) {
            const unsigned long longest = mysql_fetch_field_direct(description, i)->max_length;
            buffers_[i].resize(std::max(longest, k_number_or_moment));
            binds_[i].buffer_type = MYSQL_TYPE_STRING;
            binds_[i].buffer = buffers_[i].data();
            binds_[i].buffer_length = buffers_[i].size();
            binds_[i].length = &lengths_[i];
            binds_[i].is_null = &nulls_[i];
        }
        mysql_free_result(description);
    }

    MYSQL_BIND* data() { return binds_.data(); }
    Row row() const {
        std::vector<std::optional<std::string>> columns(buffers_.size());
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (nulls_[i] == 0) columns[i].emplace(buffers_[i], 0, lengths_[i]);
        }
        return Row(std::move(columns));
    }

private:
    std::vector<std::string> buffers_;
    std::vector<MYSQL_BIND> binds_;
    std::vector<unsigned long> lengths_;
    std::vector<my_bool> nulls_;
};

std::string connection_string(const DatabaseServer& server) {
    const bool is_socket = server.host.starts_with('/');
    std::string text = "host=" + (is_socket ? "localhost" : server.host);
    text += ";user=" + server.user + ";password=" + server.password + ";db=" + server.database;
    if (server.port != 0) text += ";port=" + std::to_string(server.port);
    return text + ";character-set=utf8mb4";
}

class MysqlConnection final : public Connection {
public:
    MysqlConnection(const DatabaseOptions& options, const Dialect& the_dialect, Watchdog& watchdog)
        : Connection(the_dialect),
          watchdog_(watchdog),
          session_(open_server_session(Poco::Data::MySQL::Connector::KEY,
                                       connection_string(options.server),
                                       options.server.password,
                                       options.connect_timeout)),
          server_(Poco::Data::MySQL::Utility::handle(session_)),
          socket_(::dup(static_cast<int>(mysql_get_socket(server_)))) {
        limit_statements(options.statement_timeout);
    }

    void begin() override { command("START TRANSACTION"); }
    void commit() override { command("COMMIT"); }
    void rollback() override { command("ROLLBACK"); }
    bool is_lost() const noexcept override { return lost_; }

protected:
    Answer run(std::string_view text, Parameters parameters) override {
        const Watchdog::Watch watch(watchdog_, socket_.get());
        MYSQL_STMT* const statement = kept_
                                          .of(
                                              text, [&] { return prepare(text, watch); }, [] {})
                                          .get();
        Values values(parameters);
        if (mysql_stmt_bind_param(statement, values.data()) != 0 || mysql_stmt_execute(statement) != 0)
            fail(mysql_stmt_errno(statement), mysql_stmt_error(statement), watch);
        const Free free(statement);
        if (mysql_stmt_store_result(statement) != 0)
            fail(mysql_stmt_errno(statement), mysql_stmt_error(statement), watch);
        Answer answer;
        if (mysql_stmt_field_count(statement) == 0) {
            answer.changed = mysql_stmt_affected_rows(statement);
            return answer;
        }
        Columns columns(statement);
        mysql_stmt_bind_result(statement, columns.data());
        while (mysql_stmt_fetch(statement) == 0)
            answer.rows.push_back(columns.row());
        return answer;
    }

private:
    Prepared prepare(std::string_view text, const Watchdog::Watch& watch) {
        Prepared made(mysql_stmt_init(server_));
        if (made == nullptr) fail(mysql_errno(server_), mysql_error(server_), watch);
        const std::string translated = dialect().translate(text);
        if (mysql_stmt_prepare(made.get(), translated.data(), translated.size()) != 0)
            fail(mysql_stmt_errno(made.get()), mysql_stmt_error(made.get()), watch);
        const my_bool yes = 1;
        mysql_stmt_attr_set(made.get(), STMT_ATTR_UPDATE_MAX_LENGTH, &yes);
        return made;
    }

    void command(const std::string& text) {
        const Watchdog::Watch watch(watchdog_, socket_.get());
        if (mysql_real_query(server_, text.data(), text.size()) != 0)
            fail(mysql_errno(server_), mysql_error(server_), watch);
    }

    /// MariaDB and MySQL have different variables for it.
    void limit_statements(std::chrono::milliseconds limit) {
        const std::string text = std::to_string(limit.count());
        const std::string seconds = std::to_string(std::chrono::ceil<std::chrono::seconds>(limit).count());
        command("SET SESSION innodb_lock_wait_timeout = " + seconds);
        const bool is_mariadb = std::strstr(mysql_get_server_info(server_), "MariaDB") != nullptr;
        command(is_mariadb ? "SET SESSION max_statement_time = " + text + " / 1000"
                           : "SET SESSION max_execution_time = " + text);
    }

    [[noreturn]] void fail(unsigned code, const char* said, const Watchdog::Watch& watch) {
        Trouble trouble = trouble_of(code);
        std::string text = said;
        if (watch.expired()) {
            trouble = Trouble::timed_out;
            text = "the server did not answer";
            lost_ = true;
        }
        if (trouble == Trouble::lost) lost_ = true;
        throw ServerFailure(trouble, one_line(std::move(text)));
    }

    Watchdog& watchdog_;
    Poco::Data::Session session_;
    MYSQL* const server_;
    const net::Descriptor socket_;  // the library closes its own when it breaks: then the number is another's
    bool lost_ = false;
    KeptStatements<Prepared> kept_;  // goes before the session
};

}  // namespace

// Poco has no option for the path of a socket, and the client library takes it from the environment when it
// is initialised.
void register_mysql(const DatabaseServer& server) {
    if (server.host.starts_with('/')) ::setenv("MYSQL_UNIX_PORT", server.host.c_str(), 1);
    Poco::Data::MySQL::Connector::registerConnector();
}

std::unique_ptr<Connection> open_mysql(const DatabaseOptions& options,
                                       const Dialect& dialect,
                                       Watchdog& watchdog) {
    return std::make_unique<MysqlConnection>(options, dialect, watchdog);
}

}  // namespace zanhu::storage
