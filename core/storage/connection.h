#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/storage/dialect.h"
#include "core/storage/row.h"

namespace zanhu::storage {

/// One connection to the database, lent to a job by a Database; one thread at a time. The statements that it
/// has prepared it keeps: Poco prepares anew with every execution, which costs more than the look-up itself,
/// and its statements cannot be used again after one has failed (PostgreSQL) or has read a longer text than
/// before (MySQL). So statements are run on the client library's own handle; the connection to SQLite and to
/// MySQL is Poco's. What fails is thrown as a Poco::Exception, which the Database turns into a StorageError.
class Connection {
public:
    explicit Connection(const Dialect& dialect) : dialect_(dialect) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default;

    using Parameters = std::span<const Parameter>;
    using ParameterList = std::initializer_list<Parameter>;

    std::vector<Row> select(std::string_view statement, Parameters parameters) {
        return run(statement, parameters).rows;
    }
    std::vector<Row> select(std::string_view statement, ParameterList parameters = {}) {
        return select(statement, Parameters(parameters.begin(), parameters.size()));
    }
    /// The first row; std::nullopt when there is none.
    std::optional<Row> first(std::string_view statement, ParameterList parameters = {});
    /// Returns how many rows it changed; in MySQL a row that keeps its values does not count.
    std::size_t change(std::string_view statement, ParameterList parameters = {}) {
        return run(statement, Parameters(parameters.begin(), parameters.size())).changed;
    }
    bool has_table(std::string_view name) { return first(dialect_.table_count(), {name})->integer(0) > 0; }

    virtual void begin() = 0;
    virtual void commit() = 0;
    virtual void rollback() = 0;
    /// The server has ended it, or what became of its transaction is not known.
    virtual bool is_lost() const noexcept = 0;

    const Dialect& dialect() const noexcept { return dialect_; }
    std::chrono::steady_clock::time_point opened() const noexcept { return opened_; }
    const UserModel& users() const noexcept { return dialect_.users(); }

protected:
    virtual Answer run(std::string_view statement, Parameters parameters) = 0;

private:
    const Dialect& dialect_;
    const std::chrono::steady_clock::time_point opened_ = std::chrono::steady_clock::now();
};

/// The statements that a connection has prepared, by their text before its translation. When there are as
/// many as it may keep, all go: only lists of different lengths make so many.
template <class Statement>
class KeptStatements {
public:
    static constexpr std::size_t k_most = 64;

    /// `make()` returns a new one; `forget()` tells the server that all are to go.
    template <class Make, class Forget>
    Statement& of(std::string_view text, Make make, Forget forget) {
        const auto found = statements_.find(text);
        if (found != statements_.end()) return found->second;
        if (statements_.size() >= k_most) {
            forget();
            statements_.clear();
        }
        return statements_.emplace(std::string(text), make()).first->second;
    }
    template <class Make>
    Statement& of(std::string_view text, Make make) {
        return of(text, make, [] {});
    }

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::unordered_map<std::string, Statement, Hash, std::equal_to<>> statements_;
};

}  // namespace zanhu::storage
