#pragma once

#include <string>

namespace zanhu::storage {

/// REQUIRES: called in the handler of a Poco::Exception. Throws the StorageError that tells a person what
/// happened to the database `path` and what to do about it. Any thread.
[[noreturn]] void throw_storage_error(const std::string& path);

}  // namespace zanhu::storage
