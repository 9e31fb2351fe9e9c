#pragma once

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <zanhu/errors.h>

#include "core/storage/database.h"
#include "core/storage/migrations.h"

namespace zanhu::storage::testing {

/// A directory of its own under the system's temporary one, removed with all that is in it.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string path = std::filesystem::temp_directory_path() / "zanhu-storage-XXXXXX";
        if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        path_ = path;
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::string file(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline DatabaseOptions options_for(const std::string& path) {
    DatabaseOptions options;
    options.path = path;
    return options;
}

/// An empty database in a file of its own.
struct EmptyDatabase {
    TemporaryDirectory directory;
    Database database{options_for(directory.file("test.sqlite3"))};

    void execute(const std::string& statement) {
        database.write([&](Connection& connection) { connection.change(statement); });
    }
    std::string text(const std::string& select) {
        return database.read([&](Connection& connection) {
            const auto row = connection.first(select);
            return row ? row->text(0) : std::string();
        });
    }
};

/// One with zanhu's tables.
struct MigratedDatabase : EmptyDatabase {
    MigratedDatabase() { migrate(database); }
};

/// What the StorageError says that `action` throws; empty when it throws none.
template <class Action>
std::string storage_error_of(Action action) {
    try {
        action();
    } catch (const StorageError& error) {
        return error.what();
    }
    return {};
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace zanhu::storage::testing
