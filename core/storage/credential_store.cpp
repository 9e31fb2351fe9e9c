#include "core/storage/credential_store.h"

#include <array>
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

std::vector<std::string> CredentialStore::owners(const std::vector<Credential>& credentials) {
    constexpr std::size_t k_kinds = 4;
    std::array<std::vector<std::string>, k_kinds> keys;
    for (const Credential& credential : credentials)
        keys.at(static_cast<std::size_t>(credential.kind)).push_back(credential.key);
    const auto of = [&keys](Credential::Kind kind) -> const auto& {
        return keys[static_cast<std::size_t>(kind)];
    };

    std::array<Owners, k_kinds> found;
    database_.read([&](Connection& connection) {
        using Kind = Credential::Kind;
        found[std::size_t(Kind::session)] = sessions_.owners(connection, of(Kind::session));
        found[std::size_t(Kind::token)] = owners_of_tokens(connection, of(Kind::token));
        found[std::size_t(Kind::user)] = active_users(connection, of(Kind::user));
    });
    std::vector<std::string> owners;
    owners.reserve(credentials.size());
    for (const Credential& credential : credentials) {
        const Owners& of_kind = found[static_cast<std::size_t>(credential.kind)];
        const auto owner = of_kind.find(credential.key);
        owners.push_back(owner == of_kind.end() ? std::string() : owner->second);
    }
    return owners;
}

}  // namespace zanhu::storage
