#include "core/storage/session_store.h"

#include <Poco/Ascii.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include <zanhu/errors.h>

#include "core/django/session_auth.h"
#include "core/storage/account_rows.h"
#include "core/storage/in_list.h"
#include "core/storage/moment.h"

namespace zanhu::storage {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::size_t k_min_key = 8;   // Django: SessionBase._validate_session_key
constexpr std::size_t k_max_key = 40;  // the column's width

/// What is no key is not asked for: a client may send anything as its cookie.
bool is_key(const std::string& key) {
    return key.size() >= k_min_key && key.size() <= k_max_key && std::ranges::all_of(key, [](char c) {
               return Poco::Ascii::isAlphaNumeric(static_cast<unsigned char>(c)) || c == '-' || c == '_';
           });
}

/// `_auth_user_id` is text, unless an application wrote it itself.
std::optional<std::int64_t> user_id_of(const ValueMap& data) {
    const Value* id = data.find("_auth_user_id");
    if (id == nullptr) return std::nullopt;
    if (const auto* number = id->as<std::int64_t>()) return *number;
    const auto* text = id->as<std::string>();
    return text != nullptr ? account_id(*text) : std::nullopt;
}

/// Several reads see the database as it is at one moment, and take its lock once.
class ReadTransaction {
public:
    ReadTransaction(Poco::Data::Session& session, PreparedStatement& begin, PreparedStatement& end)
        : session_(session), end_(end) {
        begin.run(session);
    }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;
    ~ReadTransaction() {
        try {
            end_.run(session_);
        } catch (const Poco::Exception&) {
            // It changed nothing. Where a read has failed badly, SQLite has ended it by itself.
            return;
        }
    }

private:
    Poco::Data::Session& session_;
    PreparedStatement& end_;
};

}  // namespace

SessionStore::SessionStore(Database& database, SessionOptions options)
    : database_(database),
      options_(std::move(options)),
      codec_(options_.secret, options_.fallbacks, options_.salt, options_.legacy) {
    assert(!options_.backends.empty());
}

std::optional<ValueMap> SessionStore::load(const std::string& key) {
    if (!is_key(key)) return std::nullopt;
    return database_.read(
        [&](Poco::Data::Session& session) { return load_row(session, key, to_database(current_moment())); });
}

SessionAndUser SessionStore::session_user(const std::string& key) {
    SessionQuery query(key);
    SessionQuery* const queries[] = {&query};
    session_users(queries);
    return std::move(query.found);
}

void SessionStore::session_users(std::span<SessionQuery* const> queries) {
    if (std::ranges::none_of(queries, [](const SessionQuery* query) { return is_key(query->key); })) return;
    database_.read([&](Poco::Data::Session& session) {
        const ReadTransaction together(session, begin_, end_);
        const std::string moment = to_database(current_moment());
        for (SessionQuery* query : queries) {
            if (is_key(query->key)) answer(session, *query, moment);
        }
    });
}

void SessionStore::answer(Poco::Data::Session& session, SessionQuery& query, const std::string& moment) {
    auto data = load_row(session, query.key, moment);
    if (!data) return;
    query.found.data = std::move(*data);
    if (auto user = owner_of(session, query.found.data)) query.found.user = std::move(*user);
}

std::optional<ValueMap> SessionStore::load_row(Poco::Data::Session& session,
                                               const std::string& key,
                                               const std::string& moment) {
    const std::optional<std::string> text = select_.run(session, {key, moment});
    if (!text || text->empty()) return std::nullopt;
    django::SessionFault fault = django::SessionFault::none;
    auto data = codec_.decode(*text, &fault);
    if (!data) log_.warning("a session row cannot be used: " + std::string(django::describe(fault)));
    return data;
}

std::optional<User> SessionStore::owner_of(Poco::Data::Session& session, const ValueMap& data) const {
    const auto id = claimed_owner(data);
    if (!id) return std::nullopt;
    auto person = person_by_id(session, *id);
    if (!person || !is_owned_by(data, *person)) return std::nullopt;
    return std::move(person->user);
}

/// Who it says it is, through a backend that may say so.
std::optional<std::int64_t> SessionStore::claimed_owner(const ValueMap& data) const {
    const std::string* backend = data.find_text("_auth_user_backend");
    if (backend == nullptr || std::ranges::find(options_.backends, *backend) == options_.backends.end())
        return std::nullopt;
    return user_id_of(data);
}

bool SessionStore::is_owned_by(const ValueMap& data, const Person& person) const {
    const std::string* hash = data.find_text("_auth_user_hash");
    return hash != nullptr && person.user.is_active &&
           django::verify_session_auth_hash(*hash, person.password, options_.secret, options_.fallbacks);
}

std::map<std::string, std::string> SessionStore::owners(Poco::Data::Session& session,
                                                        const std::vector<std::string>& keys) {
    std::map<std::string, std::string> owners;
    if (keys.empty()) return owners;
    std::string key;
    std::string text;
    Poco::Data::Statement select(session);
    select << "SELECT session_key, session_data FROM django_session WHERE expire_date > ? AND session_key IN "
           << places(keys.size()),
        into(key), into(text), limit(1), bind(to_database(current_moment()));
    bind_all(select, keys);
    std::vector<std::pair<std::string, ValueMap>> rows;
    std::vector<std::int64_t> ids;
    for_each_row(select, [&] {
        auto data = codec_.decode(text);
        const auto id = data ? claimed_owner(*data) : std::nullopt;
        if (!id) return;
        rows.emplace_back(key, std::move(*data));
        ids.push_back(*id);
    });
    const auto persons = persons_by_id(session, ids);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto person = persons.find(ids[i]);
        if (person != persons.end() && is_owned_by(rows[i].second, person->second))
            owners.emplace(rows[i].first, person->second.user.id());
    }
    return owners;
}

std::string SessionStore::create(const ValueMap& data, std::chrono::seconds age) {
    return database_.write([&](Poco::Data::Session& session) { return insert(session, data, age); });
}

std::string SessionStore::insert(Poco::Data::Session& session,
                                 const ValueMap& data,
                                 std::chrono::seconds age) {
    const Moment moment = current_moment();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count();
    const std::string text = codec_.encode(data, seconds);
    const std::string expire_date = to_database(moment + age);
    // 165 bits of chance: an existing key means that the generator is broken, which the constraint then
    // reports.
    std::string key = django::new_session_key();
    session << "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?)",
        bind(key), bind(text), bind(expire_date), now;
    return key;
}

std::string SessionStore::log_in(const std::string& user_id) {
    const auto id = account_id(user_id);
    return database_.write([&](Poco::Data::Session& session) {
        const auto person = id ? person_by_id(session, *id) : std::nullopt;
        if (!person || !person->user.is_active) {
            throw Error("there is no active account with the id '" + user_id +
                        "' any more; log in with another account");
        }
        ValueMap data;
        data.set("_auth_user_id", person->user.id());
        data.set("_auth_user_backend", options_.backends.front());
        data.set("_auth_user_hash", django::session_auth_hash(person->password, options_.secret));
        session << "UPDATE auth_user SET last_login = ? WHERE id = ?", bind(to_database(current_moment())),
            bind(*id), now;
        return insert(session, data, options_.age);
    });
}

bool SessionStore::remove(const std::string& key) {
    if (!is_key(key)) return false;
    return database_.write([&](Poco::Data::Session& session) {
        Poco::Data::Statement remove(session);
        remove << "DELETE FROM django_session WHERE session_key = ?", bind(key);
        return remove.execute() > 0;
    });
}

std::size_t SessionStore::remove_expired(std::size_t limit) {
    return database_.write([&](Poco::Data::Session& session) {
        Poco::Data::Statement remove(session);
        remove << "DELETE FROM django_session WHERE session_key IN (SELECT session_key FROM django_session "
                  "WHERE expire_date < ? ORDER BY expire_date LIMIT ?)",
            bind(to_database(current_moment())), bind(static_cast<std::int64_t>(limit));
        return remove.execute();
    });
}

}  // namespace zanhu::storage
