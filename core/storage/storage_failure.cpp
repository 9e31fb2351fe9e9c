#include "core/storage/storage_failure.h"

#include <Poco/Data/DataException.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Exception.h>

#include <cstddef>
#include <typeinfo>

#include <zanhu/errors.h>

#include "core/storage/server_failure.h"

namespace zanhu::storage {

namespace {

namespace sqlite = Poco::Data::SQLite;

struct Remedy {
    bool (*applies)(const Poco::Exception&);
    const char* what;
};

template <class Kind>
bool is(const Poco::Exception& error) {
    return dynamic_cast<const Kind*>(&error) != nullptr;
}

constexpr const char* k_locked =
    "is locked by another writer for longer than [database] busy_timeout; try again, or find out which "
    "program "
    "holds it";
constexpr const char* k_cannot_open =
    "cannot be opened; check that the file and its directory exist and belong to the user that zanhu runs as";
constexpr const char* k_damaged =
    "is not a SQLite database, or it is damaged; check [database] url, or put a backup in its place";

// The first that applies.
constexpr Remedy k_remedies[] = {
    {&is<sqlite::DBLockedException>, k_locked},
    {&is<sqlite::TableLockedException>, k_locked},
    {&is<sqlite::LockProtocolException>, k_locked},
    {&is<sqlite::DatabaseFullException>, "has no space left; make room on its disk, or raise the quota"},
    {&is<sqlite::ReadOnlyException>,
     "cannot be written; the file and its directory must be writable for the user that zanhu runs as"},
    {&is<sqlite::CorruptImageException>, k_damaged},
    {&is<sqlite::CantOpenDBFileException>, k_cannot_open},
    {&is<Poco::Data::ConnectionFailedException>, k_cannot_open},
    {&is<sqlite::DBAccessDeniedException>, k_cannot_open},
    {&is<sqlite::AuthorizationDeniedException>, k_cannot_open},
    {&is<sqlite::IOErrorException>, "could not be read or written; check its disk and the free space there"},
    {&is<sqlite::InvalidSQLStatementException>,
     "has not the tables that zanhu needs; for a database of zanhu's own set [database] migrate = auto, "
     "on a Django site run manage.py migrate"},
    {&is<sqlite::SchemaDiffersException>, "was changed by another program meanwhile; try again"},
    {&is<sqlite::ConstraintViolationException>,
     "refused the change: other rows, or tables of the Django site, depend on the row, or it exists already"},
};

const char* remedy_of(Trouble trouble) noexcept {
    switch (trouble) {
        case Trouble::unreachable:
            return "cannot be reached; check that it runs, and [database] url";
        case Trouble::denied:
            return "refuses the user; check name and password in [database] url, and that user's rights";
        case Trouble::no_database:
            return "does not exist; check [database] url";
        case Trouble::crowded:
            return "has as many connections as it may; lower [database] max_connections, or raise the "
                   "server's";
        case Trouble::lost:
            return "closed the connection; try again: the next job connects anew";
        case Trouble::timed_out:
            return "did not finish a statement within [database] statement_timeout; try again, or raise it";
        case Trouble::locked:
            return "is locked by another transaction; try again";
        case Trouble::full:
            return "has no space left; make room on its disk";
        case Trouble::read_only:
            return "cannot be written; name the primary server in [database] url";
        case Trouble::pooled:
            return "is behind a pooler that keeps no prepared statements; try again, and set [database] "
                   "keep_statements = no";
        case Trouble::no_tables:
            return "has not the tables that zanhu needs; run manage.py migrate on the Django site, and check "
                   "[users] table and columns";
        case Trouble::misfit:
            return "has a column of another type than zanhu compares it with; check [users] key and "
                   "id_column";
        case Trouble::constraint:
            return "refused the change: other rows, or tables of the Django site, depend on the row, or it "
                   "exists already";
        case Trouble::other:
            break;
    }
    return "failed";
}

[[noreturn]] void throw_failure_of(const std::string& name, const ServerFailure& failure) {
    throw StorageError("the database " + name + " " + remedy_of(failure.trouble()) + " (" +
                       failure.message() + ")");
}

}  // namespace

void throw_storage_error(const std::string& path) {
    try {
        throw;
    } catch (const ServerFailure& failure) {
        throw_failure_of(path, failure);
    } catch (const Poco::Exception& error) {
        const char* what = "failed";
        for (const Remedy& remedy : k_remedies) {
            if (!remedy.applies(error)) continue;
            what = remedy.what;
            break;
        }
        throw StorageError("the database " + path + " " + what + " (" + error.displayText() + ")");
    }
}

}  // namespace zanhu::storage
