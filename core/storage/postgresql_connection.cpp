#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "core/net/descriptor.h"
#include "core/storage/open_connection.h"
#include "core/storage/server_failure.h"

namespace zanhu::storage {

namespace {

struct Clear {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

struct StateTrouble {
    std::string_view begins;  ///< of SQLSTATE (PostgreSQL: appendix A)
    Trouble trouble;
};

// The first that applies.
constexpr StateTrouble k_troubles[] = {
    {"57014", Trouble::timed_out}, {"57P", Trouble::lost},          {"08", Trouble::lost},
    {"26000", Trouble::pooled},  // the statement is not prepared there
    {"42P05", Trouble::pooled},  // it is prepared there already
    {"0A000", Trouble::lost},    // its table was changed since it was prepared
    {"55P03", Trouble::locked},    {"40", Trouble::locked},         {"53100", Trouble::full},
    {"53300", Trouble::crowded},   {"25006", Trouble::read_only},   {"42P01", Trouble::no_tables},
    {"42703", Trouble::no_tables}, {"3F000", Trouble::no_tables},   {"42883", Trouble::misfit},
    {"22P02", Trouble::misfit},    {"23", Trouble::constraint},     {"28", Trouble::denied},
    {"42501", Trouble::denied},    {"3D000", Trouble::no_database},
};

Trouble trouble_of(std::string_view state) {
    for (const StateTrouble& known : k_troubles) {
        if (state.starts_with(known.begins)) return known.trouble;
    }
    return Trouble::other;
}

/// The parameters of one execution as libpq wants them: text, or null.
class Values {
public:
    explicit Values(Connection::Parameters parameters) {
        texts_.reserve(parameters.size());
        for (const Parameter& parameter : parameters)
            std::visit(*this, parameter.value());
    }
    void operator()(Parameter::Null) { pointers_.push_back(nullptr); }
    void operator()(bool value) { pointers_.push_back(value ? "t" : "f"); }
    void operator()(std::int64_t number) { add(std::to_string(number)); }
    void operator()(std::string_view text) { add(std::string(text)); }
    void operator()(Parameter::MomentText moment) { add(std::string(moment.text) + "+00"); }

    int count() const { return static_cast<int>(pointers_.size()); }
    const char* const* data() const { return pointers_.data(); }

private:
    void add(std::string text) {
        texts_.push_back(std::move(text));
        pointers_.push_back(texts_.back().c_str());
    }
    std::vector<std::string> texts_;  // never grows beyond what was reserved, so the pointers stay good
    std::vector<const char*> pointers_;
};

struct Finish {
    void operator()(PGconn* server) const noexcept { PQfinish(server); }
};
using Server = std::unique_ptr<PGconn, Finish>;

/// Without Poco's connector: each connection that it fails to make, or that is lost, it leaves behind.
Server try_connect(const DatabaseOptions& options, std::string settings) {
    const DatabaseServer& server = options.server;
    const std::string port = server.port == 0 ? std::string() : std::to_string(server.port);
    const std::string timeout =
        std::to_string(std::chrono::ceil<std::chrono::seconds>(options.connect_timeout).count());
    std::vector<const char*> keys;
    std::vector<const char*> values;
    const auto add = [&](const char* key, const std::string& value) {
        if (value.empty()) return;
        keys.push_back(key);
        values.push_back(value.c_str());
    };
    const std::string name = "zanhu";
    const std::string encoding = "UTF8";
    add("host", server.host);
    add("port", port);
    add("user", server.user);
    add("password", server.password);
    add("dbname", server.database);
    add("connect_timeout", timeout);
    add("application_name", name);
    add("client_encoding", encoding);
    for (const auto& [key, value] : server.options) {
        if (key == "options") {
            settings = value + ' ' + settings;
        } else {
            add(key.c_str(), value);
        }
    }
    add("options", settings);
    keys.push_back(nullptr);
    values.push_back(nullptr);
    return Server(PQconnectdbParams(keys.data(), values.data(), 0));
}

/// Of a pooler that lets no settings through.
bool refuses_settings(std::string_view said) {
    constexpr std::string_view k_signs[] = {"unsupported startup parameter",  // PgBouncer
                                            "command-line options"};          // Amazon RDS Proxy
    return std::ranges::any_of(
        k_signs, [said](std::string_view sign) { return said.find(sign) != std::string_view::npos; });
}

/// With the statements' time-out as a setting of the connection. A pooler refuses that (PgBouncer, unless it
/// is told to pass it over), and SET would make it a setting of whoever gets the connection next.
Server connect(const DatabaseOptions& options, Pooler& pooler) {
    const bool asks = !pooler.is_there();
    const std::string limit = "-c statement_timeout=" + std::to_string(options.statement_timeout.count());
    Server made = try_connect(options, asks ? limit : "");
    std::string said = PQerrorMessage(made.get());
    if (asks && refuses_settings(said)) {
        pooler.notice(one_line(std::move(said)));
        made = try_connect(options, "");
    }
    if (PQstatus(made.get()) != CONNECTION_OK)
        throw connect_failure(PQerrorMessage(made.get()), options.server.password);
    return made;
}

/// By its text: where a pooler has not been noticed yet, another connection of ours may have prepared one of
/// that name there, and must have meant the same.
std::string name_of_statement(const std::string& text) {
    return "zanhu_" + std::to_string(std::hash<std::string>()(text));
}

class PostgresqlConnection final : public Connection {
public:
    PostgresqlConnection(const DatabaseOptions& options,
                         const Dialect& the_dialect,
                         Watchdog& watchdog,
                         Pooler& pooler)
        : Connection(the_dialect),
          keep_(options.keep_statements),
          watchdog_(watchdog),
          pooler_(pooler),
          owned_(connect(options, pooler)),
          server_(owned_.get()),
          socket_(::dup(PQsocket(server_))) {}

    void begin() override { execute("BEGIN"); }
    void commit() override { execute("COMMIT"); }
    void rollback() override { execute("ROLLBACK"); }
    bool is_lost() const noexcept override { return lost_ || PQstatus(server_) != CONNECTION_OK; }

protected:
    Answer run(std::string_view text, Parameters parameters) override {
        const Watchdog::Watch watch(watchdog_, socket_.get());
        const Values values(parameters);
        const Result result = execute(text, values, watch);
        Answer answer;
        const int rows = PQntuples(result.get());
        answer.rows.reserve(static_cast<std::size_t>(rows));
        for (int i = 0; i < rows; ++i)
            answer.rows.push_back(row_of(result.get(), i));
        answer.changed = std::strtoull(PQcmdTuples(result.get()), nullptr, 10);
        return answer;
    }

private:
    void execute(const char* command) {
        const Watchdog::Watch watch(watchdog_, socket_.get());
        checked(Result(PQexec(server_, command)), watch);
    }

    Result execute(std::string_view text, const Values& values, const Watchdog::Watch& watch) {
        if (!keep_ || pooler_.is_there()) return execute_once(text, values, watch);
        try {
            return execute_kept(text, values, watch);
        } catch (const ServerFailure& failure) {
            if (failure.trouble() != Trouble::pooled) throw;
            pooler_.notice(failure.message());
            // A transaction in which something has failed takes no more statements.
            if (PQtransactionStatus(server_) != PQTRANS_IDLE) throw;
        }
        return execute_once(text, values, watch);
    }

    Result execute_kept(std::string_view text, const Values& values, const Watchdog::Watch& watch) {
        const auto forget = [&] { checked(Result(PQexec(server_, "DEALLOCATE ALL")), watch); };
        const auto make = [&] {
            const std::string translated = dialect().translate(text);
            std::string made = name_of_statement(translated);
            checked(Result(PQprepare(server_, made.c_str(), translated.c_str(), 0, nullptr)), watch);
            return made;
        };
        const std::string& name = names_.of(text, make, forget);
        return checked(
            Result(PQexecPrepared(server_, name.c_str(), values.count(), values.data(), nullptr, nullptr, 0)),
            watch);
    }

    Result execute_once(std::string_view text, const Values& values, const Watchdog::Watch& watch) {
        const std::string translated = dialect().translate(text);
        return checked(
            Result(PQexecParams(
                server_, translated.c_str(), values.count(), nullptr, values.data(), nullptr, nullptr, 0)),
            watch);
    }

    Result checked(Result result, const Watchdog::Watch& watch) {
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
        const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
        Trouble trouble = state == nullptr ? Trouble::lost : trouble_of(state);
        std::string said = PQresultErrorMessage(result.get());
        if (said.empty()) said = PQerrorMessage(server_);
        if (watch.expired()) {
            trouble = Trouble::timed_out;
            said = "the server did not answer";
            lost_ = true;
        }
        if (trouble == Trouble::lost) lost_ = true;
        throw ServerFailure(trouble, one_line(std::move(said)));
    }

    static Row row_of(PGresult* result, int row) {
        std::vector<std::optional<std::string>> columns(static_cast<std::size_t>(PQnfields(result)));
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const int column = static_cast<int>(i);
            if (PQgetisnull(result, row, column) != 0) continue;
            columns[i].emplace(PQgetvalue(result, row, column),
                               static_cast<std::size_t>(PQgetlength(result, row, column)));
        }
        return Row(std::move(columns));
    }

    const bool keep_;
    Watchdog& watchdog_;
    Pooler& pooler_;
    const Server owned_;
    PGconn* const server_;
    const net::Descriptor socket_;  // libpq closes its own when it breaks, and then the number is another's
    KeptStatements<std::string> names_;
    bool lost_ = false;
};

}  // namespace

std::unique_ptr<Connection> open_postgresql(const DatabaseOptions& options,
                                            const Dialect& dialect,
                                            Watchdog& watchdog,
                                            Pooler& pooler) {
    return std::make_unique<PostgresqlConnection>(options, dialect, watchdog, pooler);
}

}  // namespace zanhu::storage
