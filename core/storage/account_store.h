#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/storage/account.h"
#include "core/storage/database.h"

namespace zanhu::storage {

/// Which accounts, in order of name.
struct AccountFilter {
    AccountFilter() = default;
    std::string contains;        ///< empty: any name
    std::optional<bool> active;  ///< std::nullopt: both
    std::string after;           ///< the last name of the page before
    std::size_t limit = 100;     ///< at most AccountStore::k_max_page
};

struct AccountPage {
    AccountPage() = default;
    std::vector<Account> accounts;
    bool more = false;
};

enum class AddOutcome : std::uint8_t {
    added,
    username_taken,  ///< exactly that name: `Anna` and `anna` are two people, as in Django
    refused,         ///< `problem` says why
};

struct [[nodiscard]] AddResult {
    AddResult() = default;
    AddOutcome outcome = AddOutcome::added;
    std::string problem;  ///< a sentence for whoever typed it; empty when added
    Account account;      ///< when added
};

/// The accounts of a site (Django: auth_user). Owned by the daemon or a command beside the Database, which
/// outlives it. Blocking: on the `db` pool or in a command; any thread. Ids are the text of the primary key;
/// one that is none finds nothing. Throws StorageError.
class AccountStore {
public:
    static constexpr std::size_t k_max_page = 1000;

    explicit AccountStore(Database& database) : database_(database), users_(database.options().users) {}

    std::optional<Account> find_by_id(const std::string& id);
    std::optional<Account> find_by_username(const std::string& username);
    /// The user alone, which is cheaper.
    std::optional<User> find_user(const std::string& id);
    /// The active owner of a key of authtoken_token, the table of Django REST framework's tokens.
    std::optional<User> find_by_token(const std::string& key);
    AccountPage list(const AccountFilter& filter);

    /// Names that a path or group of zanhu has are refused: `notifications`.
    AddResult add(const NewAccount& account);

    // False when there is no such account.
    [[nodiscard]] bool set_password(const std::string& id, const std::string& encoded);
    [[nodiscard]] bool set_active(const std::string& id, bool is_active);
    [[nodiscard]] bool set_rights(const std::string& id, bool is_staff, bool is_superuser);
    [[nodiscard]] bool set_last_login(const std::string& id);
    /// With the messages that the person sent or received. Sessions stay and become anonymous, as in Django.
    /// Throws StorageError when other tables of a Django site refer to the account; then nothing is removed.
    [[nodiscard]] bool remove(const std::string& id);

private:
    Database& database_;
    const UserModel& users_;
};

}  // namespace zanhu::storage
