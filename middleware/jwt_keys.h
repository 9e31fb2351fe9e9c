#pragma once

#include <Poco/JWT/Signer.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <zanhu/settings.h>

namespace zanhu::middleware {

/// One key that tokens may be signed with. It verifies the algorithms of its own kind only, so a public key
/// is never taken for a secret. Constant after its making; any thread.
struct JwtKey {
    std::string id;  ///< `kid`; empty: a key without a name
    std::unique_ptr<const Poco::JWT::Signer> signer;
    std::set<std::string> algorithms;
};

/// The keys of a JwtAuthMiddleware's section: `secrets` and `public_keys`, each entry `ID:VALUE` or `VALUE`.
/// Throws ConfigError for a key that is missing, unreadable, too weak, or of no use for `algorithms`.
std::vector<JwtKey> jwt_keys(const ConfigView& section);

}  // namespace zanhu::middleware
