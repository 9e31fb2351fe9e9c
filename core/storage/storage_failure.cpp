#include "core/storage/storage_failure.h"

#include <Poco/Data/DataException.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Exception.h>

#include <cstddef>
#include <typeinfo>

#include <zanhu/errors.h>

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

}  // namespace

void throw_storage_error(const std::string& path) {
    try {
        throw;
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
