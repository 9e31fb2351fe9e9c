#include "core/django/session_auth.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>

namespace {

using namespace zanhu::django;

// golden values: Django 3.2
constexpr std::string_view k_secret = "exp-secret-key-0123456789";
constexpr std::string_view k_password = "pbkdf2_sha256$260000$abcdefghijklmnopqrstuv$AAAA";
constexpr std::string_view k_hash = "650b9ef64635f958ac690165e8abc5c84992e34abc41a86a2fd36b1587bceed0";
constexpr std::string_view k_sha1_hash = "3c1af2be5357830e6f1c72cb86abbb73d020afc0";
constexpr std::string_view k_hash_of_old_secret =
    "9267c2c4785429b54fb6ce8528063a88bba88b06062817363489b1666df54c86";

class SessionAuthTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(SessionAuthTest);
    CPPUNIT_TEST(the_hash_is_djangos);
    CPPUNIT_TEST(both_digests_are_accepted);
    CPPUNIT_TEST(fallback_secrets_are_tried);
    CPPUNIT_TEST(a_changed_password_or_secret_is_refused);
    CPPUNIT_TEST(a_changed_hash_is_refused_at_every_byte);
    CPPUNIT_TEST_SUITE_END();

public:
    void the_hash_is_djangos() {
        CPPUNIT_ASSERT_EQUAL(std::string(k_hash), session_auth_hash(k_password, k_secret));
    }

    void both_digests_are_accepted() {
        CPPUNIT_ASSERT(verify_session_auth_hash(k_hash, k_password, k_secret, {}));
        CPPUNIT_ASSERT(verify_session_auth_hash(k_sha1_hash, k_password, k_secret, {}));
    }

    void fallback_secrets_are_tried() {
        CPPUNIT_ASSERT(!verify_session_auth_hash(k_hash_of_old_secret, k_password, k_secret, {}));
        CPPUNIT_ASSERT(
            verify_session_auth_hash(k_hash_of_old_secret, k_password, k_secret, {"other", "old-secret"}));
        CPPUNIT_ASSERT(verify_session_auth_hash(k_sha1_hash, k_password, "new", {std::string(k_secret)}));
    }

    void a_changed_password_or_secret_is_refused() {
        for (const std::string_view hash : {k_hash, k_sha1_hash}) {
            CPPUNIT_ASSERT(!verify_session_auth_hash(
                hash, "pbkdf2_sha256$260000$abcdefghijklmnopqrstuv$AAAB", k_secret, {}));
            CPPUNIT_ASSERT(!verify_session_auth_hash(hash, k_password, "another", {"third"}));
        }
    }

    void a_changed_hash_is_refused_at_every_byte() {
        for (const std::string_view hash : {k_hash, k_sha1_hash}) {
            for (std::size_t i = 0; i < hash.size(); ++i) {
                std::string changed(hash);
                changed[i] = static_cast<char>(changed[i] ^ 1);
                CPPUNIT_ASSERT(!verify_session_auth_hash(changed, k_password, k_secret, {}));
                CPPUNIT_ASSERT(!verify_session_auth_hash(hash.substr(0, i), k_password, k_secret, {}));
            }
            CPPUNIT_ASSERT(!verify_session_auth_hash(std::string(hash) + "0", k_password, k_secret, {}));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionAuthTest);

}  // namespace
