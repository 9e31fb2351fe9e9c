#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/limited_log.h>
#include <zanhu/services.h>
#include <zanhu/value.h>

#include "core/django/session_codec.h"
#include "core/storage/account.h"
#include "core/storage/account_rows.h"
#include "core/storage/database.h"
#include "core/storage/session_files.h"
#include "core/storage/session_owners.h"

namespace zanhu::storage {

/// Where a site keeps its sessions (Django: SESSION_ENGINE).
enum class SessionEngine : std::uint8_t { db, cached_db, cache, file, signed_cookies };

/// The site's settings that decide whether a session counts.
struct SessionOptions {
    SessionOptions() = default;
    SessionEngine engine = SessionEngine::db;
    std::string file_path = "/tmp";         ///< SESSION_FILE_PATH
    std::string cookie_name = "sessionid";  ///< SESSION_COOKIE_NAME, with which its files begin
    std::string secret;                     ///< SECRET_KEY
    std::vector<std::string> fallbacks;     ///< SECRET_KEY_FALLBACKS
    std::string salt;                       ///< of a store of the site's own; else empty
    django::LegacySha1 legacy = django::LegacySha1::accept;  ///< of sites before Django 4.0
    std::vector<std::string> backends{
        std::string(k_model_backend)};  ///< AUTHENTICATION_BACKENDS; log_in() writes the first
    std::chrono::seconds age{1209600};  ///< SESSION_COOKIE_AGE
};

/// One of several look-ups that are made together.
struct SessionQuery {
    explicit SessionQuery(const std::string& session_key) : key(session_key) {}
    const std::string& key;
    std::optional<std::string> cached;  ///< what the site's cache has under that key, where it has one
    SessionAndUser found;
    std::exception_ptr failure;  ///< why this one cannot be looked up, which concerns no other
};

/// The sessions of a site in Django's places and encodings (Django: contrib.sessions.backends,
/// contrib.auth.get_user). Owned by the daemon or a command beside the Database, which outlives it. Blocking:
/// on the `db` pool or in a command; any thread. Throws StorageError. A row that cannot be read counts as no
/// session; why goes to the log "zanhu.sessions".
class SessionStore {
public:
    /// Throws ConfigError when a secret is empty. REQUIRES: a backend
    SessionStore(Database& database, SessionOptions options);

    const SessionOptions& options() const noexcept { return options_; }
    /// Whether a cookie can be a key at all: nothing else is looked up.
    bool is_key(const std::string& key) const noexcept;

    /// std::nullopt when there is no such session, or it has expired, or it is not signed with our keys.
    std::optional<ValueMap> load(const std::string& key);
    void load(SessionQuery& query);
    /// The session and whom it belongs to; anonymous unless the backend is allowed, the user exists and is
    /// active, and the hash in the session belongs to the user's password (Django: get_user). Deletes
    /// nothing, and says which check failed.
    SessionAndUser session_user(const std::string& key);
    /// The same for each of them, as the database is at one moment. What concerns one only is its `failure`.
    void session_users(std::span<SessionQuery* const> queries);

    /// For each of them the user whom it lets in now, with all checks of session_user(). Within a job of the
    /// caller's.
    void find_owners(Connection& connection, std::span<SessionQuery* const> queries);

    /// Returns the key of a new session, or what is to be its cookie. Throws StorageError where only the
    /// site can make one: its cache and its files are the site's.
    std::string create(const ValueMap& data, std::chrono::seconds age);
    /// A new session of that user, and the time of it as the user's last login (Django: login). Throws Error
    /// when there is no such active user.
    std::string log_in(const std::string& user_id);
    /// False when there was none. A cache is not looked at.
    bool remove(const std::string& key);
    /// Removes at most `limit` sessions whose time is over, the oldest first, and returns how many (Django:
    /// clearsessions).
    std::size_t remove_expired(std::size_t limit);

private:
    void look_up(Connection& connection, std::span<SessionQuery* const> queries);
    void load_sessions(Connection& connection, std::span<SessionQuery* const> queries);
    void load_rows(Connection& connection, std::span<SessionQuery* const> queries);
    void take_row(SessionQuery& query, const Row& row);
    void take_text(SessionQuery& query, std::string_view text);
    void take_cached(SessionQuery& query);
    void take_file(SessionQuery& query);
    void take_cookie(SessionQuery& query);
    void find_users(Connection& connection, std::span<SessionQuery* const> queries);
    void check_may_create() const;
    std::string insert(Connection& connection, const ValueMap& data, std::chrono::seconds age);

    Database& database_;
    const SessionOptions options_;
    const django::SessionCodec codec_;
    const SessionOwners owners_;
    const SessionFiles files_;
    LimitedLog log_{"zanhu.sessions"};
};

}  // namespace zanhu::storage
