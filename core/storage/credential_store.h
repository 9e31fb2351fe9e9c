#pragma once

#include <optional>
#include <string>
#include <vector>

#include <zanhu/credential.h>

#include "core/storage/database.h"
#include "core/storage/session_store.h"

namespace zanhu::storage {

/// Looks up again what let people in, many at a time. Owned by the daemon beside the stores, which outlive
/// it. Blocking: on the `db` pool; any thread. Throws StorageError.
class CredentialStore {
public:
    CredentialStore(Database& database, SessionStore& sessions) : database_(database), sessions_(sessions) {}

    /// For each of them the id of the active user whom it would let in now; empty: nobody;
    /// std::nullopt: that one cannot be looked up at the moment. A few statements for all. A `claim` is not
    /// looked up and has an empty owner.
    std::vector<std::optional<std::string>> owners(const std::vector<Credential>& credentials) {
        return owners(credentials, {});
    }
    /// `cached`: for each of the first ones what the site's cache has of it, where it is a session and the
    /// site has one.
    std::vector<std::optional<std::string>> owners(const std::vector<Credential>& credentials,
                                                   const std::vector<std::optional<std::string>>& cached);

private:
    Database& database_;
    SessionStore& sessions_;
};

}  // namespace zanhu::storage
