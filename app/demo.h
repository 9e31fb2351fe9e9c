#pragma once

#include "core/django/password.h"
#include "core/storage/account_store.h"

namespace zanhu::app {

/// The two people of the demo, alice and bob, made if they are not there. Their password is known to
/// everybody, which is why a demo listens on loopback only. Throws StorageError.
void make_demo_accounts(storage::AccountStore& accounts, const django::PasswordHashers& hashers);

inline constexpr const char* k_demo_password = "zanhu-demo";

}  // namespace zanhu::app
