#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace zanhu {

/// What let a person in: kept for as long as the connection lives, so that the daemon can look now and then
/// whether it still would ([recheck] interval), and close the connection with 4401 when it would not. Set by
/// the middleware that found the user, in the scope's slot "credential". A value type.
class Credential {
public:
    enum class Kind : std::uint8_t {
        session,  ///< the key of a session
        token,    ///< the key of a row of authtoken_token
        user,     ///< the id of a user who must stay active
        claim,    ///< nothing to look up: only the expiry counts
    };

    Credential(Kind kind_of_key, std::string its_key) : kind(kind_of_key), key(std::move(its_key)) {}

    Kind kind;
    std::string key;
    /// When it ends by itself.
    std::optional<std::chrono::system_clock::time_point> expires;
};

}  // namespace zanhu
