#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/value.h>

#include "middleware/jwt_keys.h"

namespace zanhu::middleware {

/// What a token's claims must be (RFC 7519 4.1).
struct JwtRules {
    JwtRules() = default;
    std::vector<std::string> issuers;    ///< `iss` is one of them; empty: any or none
    std::vector<std::string> audiences;  ///< `aud` has one of them; empty: there must be no `aud`
    bool needs_expiry = true;
    std::chrono::seconds leeway{30};  ///< how far clocks may differ
};

/// What became of a token.
struct JwtResult {
    JwtResult() = default;
    explicit JwtResult(std::string why_not) : problem(std::move(why_not)) {}
    /// Empty: the token is good. Never holds a part of the token.
    std::string problem;
    ValueMap claims;
    /// With the leeway: from then on the token is refused.
    std::optional<std::chrono::system_clock::time_point> expires;
};

/// Reads and verifies signed tokens (RFC 7515, 7519): the signature with POCO, all else itself, as POCO
/// checks nothing but the signature. Constant after its making; any thread.
class JwtVerifier {
public:
    JwtVerifier(std::vector<JwtKey> keys, JwtRules rules);

    JwtResult verify(const std::string& token, std::chrono::system_clock::time_point now) const;

private:
    std::string signature_problem(const std::string& token, const ValueMap& header) const;
    std::string claims_problem(const ValueMap& claims,
                               std::chrono::system_clock::time_point now,
                               std::optional<std::chrono::system_clock::time_point>& expires) const;
    std::string audience_problem(const ValueMap& claims) const;

    std::vector<JwtKey> keys_;
    JwtRules rules_;
    bool named_ = false;  // a key has a name
};

}  // namespace zanhu::middleware
