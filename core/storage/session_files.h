#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/storage/moment.h"

namespace zanhu::storage {

/// A session as a file holds it.
struct SessionFile {
    SessionFile() = default;
    std::string content;  ///< as in django_session.session_data
    Moment modified;
};

/// The files of a site's sessions (Django: contrib.sessions.backends.file). Owned by a SessionStore.
/// Blocking; any thread. Reads and removes: what makes one is the site.
class SessionFiles {
public:
    /// `directory`: SESSION_FILE_PATH; `cookie_name`: with which the names of the files begin.
    SessionFiles(std::string directory, std::string cookie_name)
        : prefix_(std::move(directory) + "/" + std::move(cookie_name)) {}

    /// What may be part of a file's name: Django makes no others.
    static bool is_key(std::string_view key) noexcept;

    /// std::nullopt when there is none. REQUIRES: is_key(key). Throws StorageError when there is one that
    /// cannot be read, or that is larger than any session.
    std::optional<SessionFile> read(const std::string& key) const;
    /// False when there was none. REQUIRES: is_key(key). Throws StorageError.
    bool remove(const std::string& key) const;

private:
    const std::string prefix_;
};

}  // namespace zanhu::storage
