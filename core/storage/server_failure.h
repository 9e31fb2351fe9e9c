#pragma once

#include <Poco/Data/DataException.h>

#include <cstdint>
#include <string>

namespace zanhu::storage {

/// What is wrong with a database that is a server.
enum class Trouble : std::uint8_t {
    unreachable,  ///< nobody answers there, or the name is not known
    denied,       ///< the user, the password or the right to the database
    no_database,  ///< there is none of that name
    crowded,      ///< it has as many connections as it may
    lost,         ///< it closed the connection
    timed_out,    ///< the statement took too long
    locked,       ///< another transaction did not finish, or both waited for each other
    full,         ///< its disk
    read_only,    ///< a replica, or a transaction that may only read
    pooled,       ///< a statement is not prepared there, or is already: a pooler changes the connection
    no_tables,    ///< a table or column is not there
    misfit,       ///< a column has another type than it is compared with
    constraint,   ///< other rows depend on it, or it exists already
    other,
};

/// Thrown by the connections to a server within a job; the Database turns it into a StorageError.
class ServerFailure final : public Poco::Data::DataException {
public:
    /// `said`: by the server, for a person; without secrets.
    ServerFailure(Trouble trouble, const std::string& said)
        : Poco::Data::DataException(said), trouble_(trouble) {}
    Trouble trouble() const noexcept { return trouble_; }

private:
    Trouble trouble_;
};

/// Why connecting failed, from what the server or its client library said; the password is taken out of it.
ServerFailure connect_failure(std::string said, const std::string& password);

/// In one line, without what stands at its ends.
std::string one_line(std::string text);

}  // namespace zanhu::storage
