#include "app/demo.h"

#include <zanhu/errors.h>

namespace zanhu::app {

void make_demo_accounts(storage::AccountStore& accounts, const django::PasswordHashers& hashers) {
    for (const char* name : {"alice", "bob"}) {
        if (accounts.find_by_username(name)) continue;
        storage::NewAccount account;
        account.username = name;
        account.password = django::make_password(k_demo_password, hashers);
        const storage::AddResult added = accounts.add(account);
        if (added.outcome != storage::AddOutcome::added)
            throw StorageError("the demo account " + account.username + ": " + added.problem);
    }
}

}  // namespace zanhu::app
