#include "core/storage/session_store.h"

#include <Poco/Ascii.h>
#include <Poco/Exception.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>

#include <zanhu/errors.h>

#include "core/django/cached_session.h"
#include "core/django/session_auth.h"
#include "core/storage/account_rows.h"
#include "core/storage/in_list.h"
#include "core/storage/moment.h"

namespace zanhu::storage {

namespace {

constexpr std::size_t k_min_key = 8;        // Django: SessionBase._validate_session_key
constexpr std::size_t k_max_key = 40;       // the column's width
constexpr std::size_t k_max_cookie = 8192;  // more than any browser keeps

bool is_row_key(const std::string& key) {
    return key.size() >= k_min_key && key.size() <= k_max_key && std::ranges::all_of(key, [](char c) {
               return Poco::Ascii::isAlphaNumeric(static_cast<unsigned char>(c)) || c == '-' || c == '_';
           });
}

/// Statement by statement, or as a list in one statement: SQLite has no way to go.
bool one_by_one(const Connection& connection, std::size_t count) {
    return count == 1 || connection.dialect().kind() == DatabaseKind::sqlite;
}

/// On SQLite several reads see the database as it is at one moment, and take its lock once. On a server each
/// statement does, and a transaction around them would be two more messages to it and back.
class Snapshot {
public:
    explicit Snapshot(Connection& connection)
        : connection_(connection), is_open_(connection.dialect().kind() == DatabaseKind::sqlite) {
        if (is_open_) connection_.change("BEGIN");
    }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot() {
        if (!is_open_) return;
        try {
            connection_.commit();
        } catch (const Poco::Exception&) {
            // It changed nothing. Where a read has failed badly, SQLite has ended it by itself.
            return;
        }
    }

private:
    Connection& connection_;
    const bool is_open_;
};

AnonymousReason reason_of(django::SessionFault fault) {
    switch (fault) {
        case django::SessionFault::none:
            return AnonymousReason::none;
        case django::SessionFault::not_ours:
            return AnonymousReason::not_ours;
        case django::SessionFault::damaged:
            return AnonymousReason::damaged;
        case django::SessionFault::pickled:
            return AnonymousReason::pickled;
        case django::SessionFault::expired:
            return AnonymousReason::expired;
    }
    return AnonymousReason::damaged;
}

std::int64_t seconds_of(Moment moment) {
    return std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count();
}

/// Whether a session that says itself when it ends has ended (Django: SessionBase.get_expiry_age). A number
/// of seconds counts from whenever it is looked at, so it has only when it is negative; 0, which is until the
/// browser is closed, is as none.
bool has_ended(const ValueMap& session, Moment otherwise, Moment now) {
    const std::string* text = session.find_text("_session_expiry");
    const auto own = text == nullptr ? std::nullopt : moment_of_isoformat(*text);
    const Value* expiry = session.find("_session_expiry");
    const auto* const seconds = expiry == nullptr ? nullptr : expiry->as<std::int64_t>();
    if (seconds != nullptr && *seconds != 0) return *seconds < 0;
    return (own ? *own : otherwise) <= now;
}

std::string_view salt_of(const SessionOptions& options) {
    // A store that keeps sessions in cookies signs them all under one name.
    if (options.engine == SessionEngine::signed_cookies) return django::k_signed_cookie_salt;
    return options.salt.empty() ? django::k_session_salt : std::string_view(options.salt);
}

std::vector<std::string> keys_of(std::span<SessionQuery* const> queries) {
    std::vector<std::string> keys;
    keys.reserve(queries.size());
    for (const SessionQuery* query : queries)
        keys.push_back(query->key);
    return keys;
}

}  // namespace

SessionStore::SessionStore(Database& database, SessionOptions options)
    : database_(database),
      options_(std::move(options)),
      codec_(options_.secret, options_.fallbacks, salt_of(options_), options_.legacy),
      owners_(database.options().users, options_.backends, options_.secret, options_.fallbacks),
      files_(options_.file_path, options_.cookie_name) {
    assert(!options_.backends.empty());
}

bool SessionStore::is_key(const std::string& key) const noexcept {
    if (options_.engine == SessionEngine::signed_cookies)
        return key.size() >= k_min_key && key.size() <= k_max_cookie;
    return options_.engine == SessionEngine::file ? SessionFiles::is_key(key) : is_row_key(key);
}

std::optional<ValueMap> SessionStore::load(const std::string& key) {
    SessionQuery query(key);
    load(query);
    if (query.found.reason != AnonymousReason::none) return std::nullopt;
    return std::move(query.found.data);
}

void SessionStore::load(SessionQuery& query) {
    query.found = SessionAndUser();
    if (!is_key(query.key)) return;
    SessionQuery* const queries[] = {&query};
    database_.read([&](Connection& connection) { load_sessions(connection, queries); });
    if (query.failure) std::rethrow_exception(query.failure);
}

SessionAndUser SessionStore::session_user(const std::string& key) {
    SessionQuery query(key);
    SessionQuery* const queries[] = {&query};
    session_users(queries);
    if (query.failure) std::rethrow_exception(query.failure);
    return std::move(query.found);
}

void SessionStore::session_users(std::span<SessionQuery* const> queries) {
    std::vector<SessionQuery*> usable;
    for (SessionQuery* query : queries) {
        query->found = SessionAndUser();
        if (is_key(query->key)) usable.push_back(query);
    }
    if (usable.empty()) return;
    database_.read([&](Connection& connection) {
        const Snapshot together(connection);
        look_up(connection, usable);
    });
}

void SessionStore::find_owners(Connection& connection, std::span<SessionQuery* const> queries) {
    std::vector<SessionQuery*> usable;
    for (SessionQuery* query : queries) {
        query->found = SessionAndUser();
        if (is_key(query->key)) usable.push_back(query);
    }
    look_up(connection, usable);
}

void SessionStore::look_up(Connection& connection, std::span<SessionQuery* const> queries) {
    constexpr std::size_t k_most = 1024;  // databases bound the parameters of a statement
    for (auto rest = queries; !rest.empty();) {
        const auto part = rest.first(std::min(rest.size(), k_most));
        rest = rest.subspan(part.size());
        load_sessions(connection, part);
        find_users(connection, part);
    }
}

void SessionStore::load_sessions(Connection& connection, std::span<SessionQuery* const> queries) {
    std::vector<SessionQuery*> rows;
    for (SessionQuery* query : queries) {
        query->found = SessionAndUser();
        query->found.reason = AnonymousReason::no_session;
        query->failure = nullptr;
        if (query->cached) {
            take_cached(*query);
        } else if (options_.engine == SessionEngine::file) {
            take_file(*query);
        } else if (options_.engine == SessionEngine::signed_cookies) {
            take_cookie(*query);
        } else if (options_.engine != SessionEngine::cache) {
            rows.push_back(query);
        }
    }
    if (!rows.empty()) load_rows(connection, rows);
}

void SessionStore::take_cached(SessionQuery& query) {
    auto data = django::read_cached_session(*query.cached);
    query.found.reason = data ? AnonymousReason::none : AnonymousReason::damaged;
    if (data) {
        query.found.data = std::move(*data);
    } else {
        log_.warning(
            "a session in the cache cannot be used: it is no pickle and no JSON object of at most 1 "
            "MiB, in clear or compressed by zlib or gzip");
    }
}

void SessionStore::take_file(SessionQuery& query) {
    std::optional<SessionFile> file;
    try {
        file = files_.read(query.key);
    } catch (const StorageError& error) {
        log_.warning(error.what());
        query.failure = std::current_exception();
    }
    if (!file) return;
    take_text(query, file->content);
    if (query.found.reason != AnonymousReason::none) return;
    if (!has_ended(query.found.data, file->modified + options_.age, current_moment())) return;
    query.found = SessionAndUser();
    query.found.reason = AnonymousReason::expired;
}

void SessionStore::take_cookie(SessionQuery& query) {
    django::SessionFault fault = django::SessionFault::none;
    auto data = codec_.decode_recent(query.key, options_.age.count(), seconds_of(current_moment()), fault);
    query.found.reason = reason_of(fault);
    if (data) query.found.data = std::move(*data);
}

void SessionStore::load_rows(Connection& connection, std::span<SessionQuery* const> queries) {
    const std::string now = to_database(current_moment());
    if (one_by_one(connection, queries.size())) {
        for (SessionQuery* query : queries) {
            const auto row = connection.first(
                "SELECT session_key, session_data, expire_date > ? FROM django_session WHERE session_key = ?",
                {moment(now), query->key});
            if (row) take_row(*query, *row);
        }
        return;
    }
    const std::vector<std::string> keys = keys_of(queries);
    const InList list(keys);
    std::vector<Parameter> parameters = {moment(now)};
    parameters.insert(parameters.end(), list.parameters().begin(), list.parameters().end());
    std::map<std::string, Row> rows;
    const std::string select =
        "SELECT session_key, session_data, expire_date > ? FROM django_session WHERE session_key IN " +
        list.places();
    for (Row& row : connection.select(select, parameters)) {
        std::string key = row.text(0);
        rows.emplace(std::move(key), std::move(row));
    }
    for (SessionQuery* query : queries) {
        const auto row = rows.find(query->key);
        if (row != rows.end()) take_row(*query, row->second);
    }
}

void SessionStore::take_row(SessionQuery& query, const Row& row) {
    if (!row.boolean(2)) {
        query.found.reason = AnonymousReason::expired;
        return;
    }
    take_text(query, row.text(1));
}

void SessionStore::take_text(SessionQuery& query, std::string_view text) {
    django::SessionFault fault = django::SessionFault::none;
    auto data = codec_.decode(text, &fault);
    query.found.reason = reason_of(fault);
    if (data) {
        query.found.data = std::move(*data);
    } else {
        log_.warning("a session cannot be used: " + std::string(django::describe(fault)));
    }
}

void SessionStore::find_users(Connection& connection, std::span<SessionQuery* const> queries) {
    std::vector<std::pair<SessionQuery*, std::string>> claims;
    std::vector<std::string> ids;
    for (SessionQuery* query : queries) {
        if (query->found.reason != AnonymousReason::none) continue;
        auto id = owners_.claimed(query->found.data, query->found.reason);
        if (!id) continue;
        ids.push_back(*id);
        claims.emplace_back(query, std::move(*id));
    }
    std::map<std::string, Person> persons;
    if (one_by_one(connection, ids.size())) {
        for (const std::string& id : ids) {
            if (auto person = person_by_id(connection, id)) persons.emplace(id, std::move(*person));
        }
    } else {
        persons = persons_by_id(connection, ids);
    }
    for (const auto& [query, id] : claims) {
        const auto person = persons.find(id);
        query->found.reason = person == persons.end() ? AnonymousReason::no_such_user
                                                      : owners_.check(query->found.data, person->second);
        if (query->found.reason == AnonymousReason::none) query->found.user = person->second.user;
    }
}

void SessionStore::check_may_create() const {
    if (options_.engine != SessionEngine::cache && options_.engine != SessionEngine::file) return;
    throw StorageError(std::string("sessions of the engine ") +
                       (options_.engine == SessionEngine::cache ? "cache" : "file") +
                       " are made by the Django site alone; log in there");
}

std::string SessionStore::create(const ValueMap& data, std::chrono::seconds age) {
    check_may_create();
    return database_.write([&](Connection& connection) { return insert(connection, data, age); });
}

std::string SessionStore::insert(Connection& connection, const ValueMap& data, std::chrono::seconds age) {
    const Moment now = current_moment();
    std::string text = codec_.encode(data, seconds_of(now));
    if (options_.engine == SessionEngine::signed_cookies) return text;
    // 165 bits of chance: an existing key means that the generator is broken, which the constraint then
    // reports.
    std::string key = django::new_session_key();
    connection.change("INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?)",
                      {key, text, moment(to_database(now + age))});
    return key;
}

std::string SessionStore::log_in(const std::string& user_id) {
    check_may_create();
    const auto id = database_.options().users.id_of(user_id);
    return database_.write([&](Connection& connection) {
        const auto person = id ? person_by_id(connection, *id) : std::nullopt;
        if (!person || !person->user.is_active) {
            throw Error("there is no active account with the id '" + user_id +
                        "' any more; log in with another account");
        }
        ValueMap data;
        data.set("_auth_user_id", person->user.id());
        data.set("_auth_user_backend", options_.backends.front());
        data.set("_auth_user_hash", django::session_auth_hash(person->password, options_.secret));
        if (!connection.users().last_login.empty()) {
            connection.change("UPDATE {users} SET {last_login} = ? WHERE {id} = {key}",
                              {moment(to_database(current_moment())), person->key});
        }
        return insert(connection, data, options_.age);
    });
}

bool SessionStore::remove(const std::string& key) {
    if (!is_key(key)) return false;
    switch (options_.engine) {
        case SessionEngine::db:
        case SessionEngine::cached_db:
            break;
        case SessionEngine::file:
            return files_.remove(key);
        case SessionEngine::cache:
        case SessionEngine::signed_cookies:
            return false;
    }
    return database_.write([&](Connection& connection) {
        return connection.change("DELETE FROM django_session WHERE session_key = ?", {key}) > 0;
    });
}

std::size_t SessionStore::remove_expired(std::size_t limit) {
    return database_.write([&](Connection& connection) {
        return connection.change(
            "DELETE FROM django_session WHERE session_key IN (SELECT session_key FROM django_session "
            "WHERE expire_date < ? ORDER BY expire_date LIMIT ?)",
            {moment(to_database(current_moment())), limit});
    });
}

}  // namespace zanhu::storage
