#include "core/storage/credential_store.h"

#include <Poco/Data/Statement.h>

#include <array>
#include <cstdint>
#include <map>

#include "core/storage/account_rows.h"
#include "core/storage/in_list.h"

namespace zanhu::storage {

using namespace Poco::Data::Keywords;

namespace {

using Owners = std::map<std::string, std::string>;  // by key

Owners owners_of_tokens(Poco::Data::Session& session, const std::vector<std::string>& keys) {
    Owners owners;
    if (keys.empty()) return owners;
    std::string key;
    std::int64_t id = 0;
    Poco::Data::Statement select(session);
    select << "SELECT t.\"key\", u.id FROM authtoken_token t JOIN auth_user u ON u.id = t.user_id WHERE "
              "u.is_active AND t.\"key\" IN "
           << places(keys.size()),
        into(key), into(id), limit(1);
    bind_all(select, keys);
    for_each_row(select, [&] { owners.emplace(key, std::to_string(id)); });
    return owners;
}

Owners active_users(Poco::Data::Session& session, const std::vector<std::string>& ids) {
    std::vector<std::int64_t> keys;
    for (const std::string& id : ids) {
        if (const auto key = account_id(id)) keys.push_back(*key);
    }
    Owners owners;
    for (const auto& [id, person] : persons_by_id(session, keys)) {
        if (person.user.is_active) owners.emplace(person.user.id(), person.user.id());
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
    database_.read([&](Poco::Data::Session& session) {
        using Kind = Credential::Kind;
        found[std::size_t(Kind::session)] = sessions_.owners(session, of(Kind::session));
        found[std::size_t(Kind::token)] = owners_of_tokens(session, of(Kind::token));
        found[std::size_t(Kind::user)] = active_users(session, of(Kind::user));
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
