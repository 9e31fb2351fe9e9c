#pragma once

#include <string>

namespace zanhu::storage {

enum class MissingFile : bool { create, refuse };

/// Makes sure that `path` is a file that can be read, before SQLite tries: its own answers do not say what is
/// wrong. A new file is empty and has mode 0600, and so have the journals that SQLite makes beside it later.
/// Throws StorageError that says what to do. Any thread.
void prepare_database_file(const std::string& path, MissingFile missing);

}  // namespace zanhu::storage
