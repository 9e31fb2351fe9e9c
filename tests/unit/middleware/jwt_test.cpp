#include "middleware/jwt.h"

#include <Poco/Base64Decoder.h>
#include <Poco/Base64Encoder.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <iterator>
#include <sstream>
#include <string>
#include <utility>

namespace zanhu::middleware {
namespace {

using Time = std::chrono::system_clock::time_point;

// The examples of RFC 7515, A.1 and A.3: one claim set, which says `iss` joe and expires in 2011.
const std::string k_claims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const std::string k_hs256 =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + k_claims + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const std::string k_hs256_key =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
const std::string k_es256 =
    "eyJhbGciOiJFUzI1NiJ9." + k_claims +
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const std::string k_es256_key =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
    "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::int64_t k_expires = 1300819380;

Time at(std::int64_t seconds) {
    return Time(std::chrono::seconds(seconds));
}

std::string bytes_of(const std::string& text) {
    std::istringstream in(text);
    Poco::Base64Decoder decoder(in, Poco::BASE64_URL_ENCODING | Poco::BASE64_NO_PADDING);
    return {std::istreambuf_iterator<char>(decoder), {}};
}

JwtKey key_of(std::unique_ptr<Poco::JWT::Signer> signer, const std::string& algorithm) {
    JwtKey key;
    key.algorithms = {algorithm};
    signer->setAlgorithms(key.algorithms);
    key.signer = std::move(signer);
    return key;
}

JwtVerifier verifier(JwtRules rules = {}) {
    std::vector<JwtKey> keys;
    keys.push_back(key_of(std::make_unique<Poco::JWT::Signer>(bytes_of(k_hs256_key)), "HS256"));
    auto signer = std::make_unique<Poco::JWT::Signer>();
    std::istringstream pem(k_es256_key);
    signer->setECKey(new Poco::Crypto::ECKey(&pem));
    keys.push_back(key_of(std::move(signer), "ES256"));
    return {std::move(keys), std::move(rules)};
}

class JwtTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(JwtTest);
    CPPUNIT_TEST(the_examples_of_the_standard_are_good_until_they_expire);
    CPPUNIT_TEST(no_changed_character_passes);
    CPPUNIT_TEST(no_cut_passes);
    CPPUNIT_TEST(a_token_says_until_when_it_is_good);
    CPPUNIT_TEST_SUITE_END();

public:
    void the_examples_of_the_standard_are_good_until_they_expire() {
        for (const std::string& token : {k_hs256, k_es256}) {
            const JwtResult result = verifier().verify(token, at(k_expires));
            CPPUNIT_ASSERT_EQUAL(std::string(), result.problem);
            CPPUNIT_ASSERT_EQUAL(std::string("joe"), *result.claims.find_text("iss"));
            CPPUNIT_ASSERT_EQUAL(std::string("it has expired"),
                                 verifier().verify(token, at(k_expires + 30)).problem);
        }
    }

    // But in the last character, which has bits that mean nothing.
    void no_changed_character_passes() {
        for (const std::string& token : {k_hs256, k_es256}) {
            for (std::size_t i = 0; i + 1 < token.size(); ++i) {
                std::string changed = token;
                changed[i] = changed[i] == 'A' ? 'B' : 'A';
                CPPUNIT_ASSERT_MESSAGE(changed, !verifier().verify(changed, at(k_expires)).problem.empty());
            }
        }
    }

    void no_cut_passes() {
        for (const std::string& token : {k_hs256, k_es256}) {
            for (std::size_t size = 0; size < token.size(); ++size) {
                const JwtResult result = verifier().verify(token.substr(0, size), at(k_expires));
                CPPUNIT_ASSERT_MESSAGE(std::to_string(size),
                                       !result.problem.empty() && result.claims.empty());
            }
        }
    }

    void a_token_says_until_when_it_is_good() {
        JwtRules rules;
        rules.leeway = std::chrono::seconds(0);
        const JwtResult result = verifier(rules).verify(k_hs256, at(k_expires - 1));
        CPPUNIT_ASSERT(result.expires == at(k_expires));
        CPPUNIT_ASSERT(!verifier(rules).verify(k_hs256, at(k_expires)).problem.empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JwtTest);

}  // namespace
}  // namespace zanhu::middleware
