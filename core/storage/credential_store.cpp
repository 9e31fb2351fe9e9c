#include "core/storage/credential_store.h"

#include <map>

#include "core/storage/account_rows.h"
#include "core/storage/in_list.h"

namespace zanhu::storage {

namespace {

using Owners = std::map<std::string, std::string>;  // by key

Owners owners_of_tokens(Connection& connection, const std::vector<std::string>& keys) {
    Owners owners;
    if (keys.empty()) return owners;
    const InList list(keys);
    const std::string select =
        "SELECT t.\"key\", {u.id} FROM authtoken_token t JOIN {users} u ON {u.id} = t.user_id "
        "WHERE {u.is_active} AND t.\"key\" IN " +
        list.places();
    for (const Row& row : connection.select(select, list.parameters()))
        owners.emplace(row.text(0), connection.users().id_of(row.text(1)).value_or(row.text(1)));
    return owners;
}

Owners active_users(Connection& connection, const std::vector<std::string>& ids) {
    std::vector<std::string> known;
    for (const std::string& id : ids) {
        if (auto as_key = connection.users().id_of(id)) known.push_back(std::move(*as_key));
    }
    Owners owners;
    for (const auto& [id, person] : persons_by_id(connection, known)) {
        if (person.user.is_active) owners.emplace(id, id);
    }
    return owners;
}

}  // namespace

std::vector<std::optional<std::string>> CredentialStore::owners(
    const std::vector<Credential>& credentials, const std::vector<std::optional<std::string>>& cached) {
    using Kind = Credential::Kind;
    std::vector<SessionQuery> queries;
    std::vector<std::string> tokens;
    std::vector<std::string> users;
    queries.reserve(credentials.size());  // the pointers to them stay good
    std::vector<SessionQuery*> pointers;
    for (std::size_t i = 0; i < credentials.size(); ++i) {
        const Credential& credential = credentials[i];
        if (credential.kind == Kind::session) {
            pointers.push_back(&queries.emplace_back(credential.key));
            if (i < cached.size()) queries.back().cached = cached[i];
        } else if (credential.kind != Kind::claim) {
            (credential.kind == Kind::token ? tokens : users).push_back(credential.key);
        }
    }
    Owners of_tokens;
    Owners of_users;
    database_.read([&](Connection& connection) {
        sessions_.find_owners(connection, pointers);
        of_tokens = owners_of_tokens(connection, tokens);
        of_users = active_users(connection, users);
    });
    std::vector<std::optional<std::string>> owners;
    owners.reserve(credentials.size());
    auto query = queries.begin();
    for (const Credential& credential : credentials) {
        if (credential.kind == Kind::session) {
            owners.push_back(query->failure ? std::nullopt : std::optional(query->found.user.id()));
            ++query;
        } else if (credential.kind == Kind::claim) {
            owners.emplace_back(std::string());
        } else {
            const Owners& of_kind = credential.kind == Kind::token ? of_tokens : of_users;
            const auto owner = of_kind.find(credential.key);
            owners.push_back(owner == of_kind.end() ? std::string() : owner->second);
        }
    }
    return owners;
}

}  // namespace zanhu::storage
