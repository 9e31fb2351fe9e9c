#include "middleware/jwt_keys.h"

#include <Poco/Crypto/ECKey.h>
#include <Poco/Crypto/RSAKey.h>
#include <Poco/Exception.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include <zanhu/errors.h>

namespace zanhu::middleware {

namespace {

using Algorithms = std::set<std::string>;

const Algorithms k_of_secrets{"HS256", "HS384", "HS512"};
constexpr std::size_t k_shortest_secret = 32;  // RFC 7518 3.2: as long as the hash
constexpr int k_shortest_rsa = 2048;           // RFC 7518 3.3
constexpr std::size_t k_most_keys = 16;        // a token without a key's name is tried with each
constexpr std::size_t k_longest_id = 64;

/// `ID:VALUE`, or the value alone. An identifier has no `/`, so a path is none.
std::pair<std::string, std::string> split_entry(const std::string& entry) {
    const std::size_t colon = entry.find(':');
    const bool named = colon != std::string::npos && colon > 0 && colon <= k_longest_id &&
                       entry.find('/') >= colon && entry.find(' ') >= colon;
    if (!named) return {{}, entry};
    return {entry.substr(0, colon), entry.substr(colon + 1)};
}

Algorithms common(const Algorithms& left, const Algorithms& right) {
    Algorithms both;
    std::ranges::set_intersection(left, right, std::inserter(both, both.end()));
    return both;
}

JwtKey secret_key(const ConfigView& section, const std::string& entry, const Algorithms& wanted) {
    auto [id, secret] = split_entry(entry);
    if (secret.starts_with("-----BEGIN"))
        throw ConfigError(
            section.describe("secrets", "a PEM key is no secret; put its file into public_keys"));
    if (secret.size() < k_shortest_secret) {
        throw ConfigError(section.describe("secrets",
                                           "a secret has " + std::to_string(secret.size()) +
                                               " characters, and " + std::to_string(k_shortest_secret) +
                                               " are the least; make one with: openssl rand -base64 48"));
    }
    JwtKey key;
    key.id = std::move(id);
    key.algorithms = common(wanted, k_of_secrets);
    if (key.algorithms.empty())
        throw ConfigError(
            section.describe("secrets", "is set, but `algorithms` has none of HS256, HS384, HS512"));
    auto signer = std::make_unique<Poco::JWT::Signer>(secret);
    signer->setAlgorithms(key.algorithms);
    key.signer = std::move(signer);
    return key;
}

std::string file_text(const ConfigView& section, const std::string& path) {
    if (!path.starts_with('/'))
        throw ConfigError(
            section.describe("public_keys", "`" + path + "` is relative; write an absolute path"));
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file.is_open() || text.empty()) {
        throw ConfigError(section.describe(
            "public_keys", "`" + path + "` cannot be read; check the path and the permissions"));
    }
    return text;
}

/// The algorithm that a PEM public key is for; gives the key to `signer`.
std::string take_public_key(const std::string& pem, Poco::JWT::Signer& signer) {
    try {
        std::istringstream in(pem);
        Poco::SharedPtr<Poco::Crypto::RSAKey> rsa = new Poco::Crypto::RSAKey(&in);
        if (rsa->size() * 8 < k_shortest_rsa) throw ConfigError("is an RSA key of fewer than 2048 bits");
        signer.setRSAKey(rsa);
        return "RS256";
    } catch (const Poco::Exception&) {
        ERR_clear_error();  // no RSA key; what OpenSSL said of it must not meet another one's call
    }
    try {
        std::istringstream in(pem);
        Poco::SharedPtr<Poco::Crypto::ECKey> curve = new Poco::Crypto::ECKey(&in);
        if (curve->impl()->groupId() != NID_X9_62_prime256v1)
            throw ConfigError("is a key of another curve than P-256");
        signer.setECKey(curve);
        return "ES256";
    } catch (const Poco::Exception&) {
        ERR_clear_error();
        throw ConfigError("holds no public key in PEM (RSA or P-256)");
    }
}

JwtKey public_key(const ConfigView& section, const std::string& entry, const Algorithms& wanted) {
    auto [id, path] = split_entry(entry);
    const std::string pem = file_text(section, path);
    auto signer = std::make_unique<Poco::JWT::Signer>();
    JwtKey key;
    key.id = std::move(id);
    std::string algorithm;
    try {
        algorithm = take_public_key(pem, *signer);
    } catch (const ConfigError& error) {
        throw ConfigError(section.describe(
            "public_keys",
            "`" + path + "` " + error.what() + "; write one with: openssl pkey -in KEY -pubout -out FILE"));
    }
    key.algorithms = common(wanted, {algorithm});
    if (key.algorithms.empty()) {
        throw ConfigError(section.describe(
            "public_keys",
            "`" + path + "` is for " + algorithm + ", which `algorithms` does not have; add it"));
    }
    signer->setAlgorithms(key.algorithms);
    key.signer = std::move(signer);
    return key;
}

}  // namespace

std::vector<JwtKey> jwt_keys(const ConfigView& section) {
    static const Algorithms known{"HS256", "HS384", "HS512", "RS256", "ES256"};
    Algorithms wanted;
    for (const std::string& name : section.list("algorithms")) {
        if (!known.contains(name)) {
            throw ConfigError(section.describe(
                "algorithms", "`" + name + "` is not one of HS256, HS384, HS512, RS256, ES256; remove it"));
        }
        wanted.insert(name);
    }
    std::vector<JwtKey> keys;
    for (const std::string& entry : section.list("secrets"))
        keys.push_back(secret_key(section, entry, wanted));
    for (const std::string& entry : section.list("public_keys"))
        keys.push_back(public_key(section, entry, wanted));
    if (keys.empty()) {
        throw ConfigError(section.describe(
            "secrets", "is empty, and public_keys too; set one of them, or nobody's token is good"));
    }
    if (keys.size() > k_most_keys)
        throw ConfigError(section.describe("secrets", "more than 16 keys in all; remove those out of use"));
    for (auto key = keys.begin(); key != keys.end(); ++key) {
        const bool twice = !key->id.empty() && std::any_of(keys.begin(), key, [&](const JwtKey& earlier) {
            return earlier.id == key->id;
        });
        if (twice)
            throw ConfigError(
                section.describe("secrets", "two keys have the name `" + key->id + "`; rename one"));
    }
    return keys;
}

}  // namespace zanhu::middleware
