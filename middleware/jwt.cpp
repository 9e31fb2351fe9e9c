#include "middleware/jwt.h"

#include <Poco/Base64Decoder.h>
#include <Poco/Base64Encoder.h>
#include <Poco/Exception.h>
#include <Poco/JWT/Token.h>
#include <Poco/MemoryStream.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace zanhu::middleware {

namespace {

using Time = std::chrono::system_clock::time_point;

constexpr std::size_t k_longest_token = 8192;
constexpr std::size_t k_es256_signature = 86;   // 64 bytes in base64url (RFC 7518 3.4)
constexpr double k_last_second = 7258118400.0;  // the year 2200: the clock ends in 2262

bool is_base64url(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    });
}

/// The three parts of a compact JWS; POCO would take more of them, and blanks within.
std::optional<std::array<std::string_view, 3>> parts_of(std::string_view token) {
    if (token.size() > k_longest_token) return std::nullopt;
    const std::size_t first = token.find('.');
    const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const std::array parts{
        token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
    return std::ranges::all_of(parts, is_base64url) ? std::optional(parts) : std::nullopt;
}

std::optional<ValueMap> decode(std::string_view part) {
    Poco::MemoryInputStream in(part.data(), part.size());
    Poco::Base64Decoder decoder(in, Poco::BASE64_URL_ENCODING | Poco::BASE64_NO_PADDING);
    std::string text{std::istreambuf_iterator<char>(decoder), {}};
    auto value = parse_json(text);
    const auto* map = value ? value->as<ValueMap>() : nullptr;
    return map == nullptr ? std::nullopt : std::optional(*map);
}

/// A NumericDate; nullopt for what is none.
std::optional<Time> moment_of(const Value& value) {
    double seconds = 0;
    if (const auto* whole = value.as<std::int64_t>()) {
        seconds = static_cast<double>(*whole);
    } else if (const auto* fraction = value.as<double>()) {
        seconds = *fraction;
    } else {
        return std::nullopt;
    }
    if (!(seconds >= -k_last_second)) return std::nullopt;
    const auto milliseconds = static_cast<std::int64_t>(std::min(seconds, k_last_second) * 1000);
    return Time(std::chrono::milliseconds(milliseconds));
}

bool is_one_of(const std::vector<std::string>& accepted, const Value& value) {
    const auto* text = value.as<std::string>();
    return text != nullptr && std::ranges::find(accepted, *text) != accepted.end();
}

}  // namespace

JwtVerifier::JwtVerifier(std::vector<JwtKey> keys, JwtRules rules)
    : keys_(std::move(keys)),
      rules_(std::move(rules)),
      named_(std::ranges::any_of(keys_, [](const JwtKey& key) { return !key.id.empty(); })) {}

JwtResult JwtVerifier::verify(const std::string& token, Time now) const {
    const auto parts = parts_of(token);
    if (!parts) return JwtResult("it is no signed token of three parts");
    const auto header = decode((*parts)[0]);
    if (!header) return JwtResult("its header is no JSON object");
    std::string problem = signature_problem(token, *header);
    if (!problem.empty()) return JwtResult(std::move(problem));
    auto claims = decode((*parts)[1]);
    if (!claims) return JwtResult("its claims are no JSON object");
    JwtResult result;
    result.problem = claims_problem(*claims, now, result.expires);
    if (result.problem.empty()) result.claims = std::move(*claims);
    return result;
}

std::string JwtVerifier::signature_problem(const std::string& token, const ValueMap& header) const {
    const std::string* algorithm = header.find_text("alg");
    if (algorithm == nullptr) return "it names no algorithm";
    // RFC 7515 4.1.11: what must be understood and is not.
    if (header.find("crit") != nullptr) return "it has critical extensions";
    const Value* named = header.find("kid");
    const std::string* id = header.find_text("kid");
    if (named != nullptr && id == nullptr) return "the name of its key is no text";
    const bool es256 = *algorithm == "ES256";
    if (es256 && token.size() - token.rfind('.') - 1 != k_es256_signature)
        return "its signature has another length";
    bool tried = false;
    for (const JwtKey& key : keys_) {
        if (!key.algorithms.contains(*algorithm)) continue;
        // A key without a name is for tokens without one, unless no key has a name.
        if (id != nullptr && named_ && key.id != *id) continue;
        tried = true;
        try {
            Poco::JWT::Token verified;
            if (key.signer->tryVerify(token, verified)) return {};
        } catch (const Poco::Exception&) {
            // no signature of this key
        }
    }
    return tried ? "its signature is wrong" : "no key has its algorithm and its key's name";
}

std::string JwtVerifier::claims_problem(const ValueMap& claims,
                                        Time now,
                                        std::optional<Time>& expires) const {
    if (const Value* end = claims.find("exp")) {
        expires = moment_of(*end);
        if (!expires) return "`exp` is no time";
        *expires += rules_.leeway;
        if (now >= *expires) return "it has expired";
    } else if (rules_.needs_expiry) {
        return "it has no `exp`";
    }
    if (const Value* begin = claims.find("nbf")) {
        const auto from = moment_of(*begin);
        if (!from) return "`nbf` is no time";
        if (now + rules_.leeway < *from) return "it is not good yet";
    }
    const Value* issuer = claims.find("iss");
    if (!rules_.issuers.empty() && (issuer == nullptr || !is_one_of(rules_.issuers, *issuer)))
        return "it is not from one of `issuer`";
    return audience_problem(claims);
}

// RFC 7519 4.1.3: a token for an audience is not for who is not in it.
std::string JwtVerifier::audience_problem(const ValueMap& claims) const {
    const Value* audience = claims.find("aud");
    if (audience == nullptr) return rules_.audiences.empty() ? "" : "it is for no audience";
    if (is_one_of(rules_.audiences, *audience)) return {};
    const auto* several = audience->as<ValueList>();
    const bool found = several != nullptr && std::ranges::any_of(*several, [this](const Value& one) {
                           return is_one_of(rules_.audiences, one);
                       });
    return found ? "" : "it is for another audience";
}

}  // namespace zanhu::middleware
