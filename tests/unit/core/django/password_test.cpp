#include "core/django/password.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace zanhu::django;

constexpr std::string_view k_sha256_row =
    "pbkdf2_sha256$1000$seasalt$MianO4A6gr9+4xFdOkHjq1lbrAzy21igfLTPza8SOVQ=";
PasswordHashers cheap(int iterations) {
    PasswordHashers hashers;
    hashers.iterations = iterations;
    return hashers;
}

/// As a site with the default PASSWORD_HASHERS does.
PasswordCheck check(std::string_view password, std::string_view encoded) {
    return check_password(password, encoded, PasswordHashers());
}

constexpr std::string_view k_sha1_row = "pbkdf2_sha1$1000$seasalt$o9UIToW3Qs/OzNKSfIbxpRPp1g0=";

class PasswordTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(PasswordTest);
    CPPUNIT_TEST(rows_of_django_are_checked);
    CPPUNIT_TEST(a_password_may_be_empty_or_hold_nul);
    CPPUNIT_TEST(a_made_password_has_djangos_form_and_a_salt_of_its_own);
    CPPUNIT_TEST(an_unusable_password_is_never_right);
    CPPUNIT_TEST(algorithms_that_are_not_accepted_are_told_apart);
    CPPUNIT_TEST(malformed_rows_are_told_apart);
    CPPUNIT_TEST(more_iterations_than_the_bound_are_refused_at_once);
    CPPUNIT_TEST_SUITE_END();

public:
    void rows_of_django_are_checked() {
        for (const std::string_view row : {k_sha256_row, k_sha1_row}) {
            CPPUNIT_ASSERT(check("s3cret-é", row) == PasswordCheck::right);
            for (const char* wrong : {"", "s3cret-e", "s3cret-é ", "S3cret-é"}) {
                CPPUNIT_ASSERT_MESSAGE(wrong, check(wrong, row) == PasswordCheck::wrong);
            }
            std::string changed(row);
            changed[changed.size() - 3] ^= 1;
            CPPUNIT_ASSERT(check("s3cret-é", changed) == PasswordCheck::wrong);
        }
    }

    void a_password_may_be_empty_or_hold_nul() {
        const std::string_view with_nul("nul\0in", 6);
        CPPUNIT_ASSERT(check({}, make_password({}, cheap(10))) == PasswordCheck::right);
        CPPUNIT_ASSERT(check(with_nul, make_password(with_nul, cheap(10))) == PasswordCheck::right);
        CPPUNIT_ASSERT(check("nul", make_password(with_nul, cheap(10))) == PasswordCheck::wrong);
    }

    void a_made_password_has_djangos_form_and_a_salt_of_its_own() {
        const std::string encoded = make_password("secret", cheap(100));
        const std::string_view prefix = "pbkdf2_sha256$100$";
        CPPUNIT_ASSERT(encoded.starts_with(prefix));
        CPPUNIT_ASSERT_EQUAL(prefix.size() + 22 + 1 + 44, encoded.size());
        CPPUNIT_ASSERT_EQUAL(prefix.size() + 22, encoded.find('$', prefix.size()));
        CPPUNIT_ASSERT(make_password("secret", cheap(100)) != encoded);
        CPPUNIT_ASSERT(check("secret", encoded) == PasswordCheck::right);
        CPPUNIT_ASSERT(make_password("x", PasswordHashers()).starts_with("pbkdf2_sha256$390000$"));
    }

    void an_unusable_password_is_never_right() {
        const std::string unusable = make_unusable();
        CPPUNIT_ASSERT_EQUAL(std::size_t{41}, unusable.size());
        CPPUNIT_ASSERT(!is_usable(unusable) && is_usable(k_sha256_row) && is_usable(""));
        for (const std::string& row : {unusable, std::string("!"), "!" + std::string(k_sha256_row)}) {
            CPPUNIT_ASSERT(check("s3cret-é", row) == PasswordCheck::unusable);
        }
    }

    void algorithms_that_are_not_accepted_are_told_apart() {
        for (const char* row : {"",
                                "plain text",
                                "5f4dcc3b5aa765d61d8327deb882cf99",
                                "md5$salt$0123",
                                "sha1$$488dc6b83f45bbd6101216c0626b8696d8541e32",
                                "argon3$argon2id$v=19$m=64,t=1,p=1$c2Vhc2FsdA$AAAA",
                                "$1000$seasalt$AAAA",
                                "PBKDF2_SHA256$1000$seasalt$AAAA",
                                "pbkdf2_sha256",
                                "bcrypt$$2b$04$abcdefghijklmnopqrstuuhqgITxlUQaPScoiPmlzKHoKYYKuuZLC"}) {
            CPPUNIT_ASSERT_MESSAGE(row, check("s3cret-é", row) == PasswordCheck::not_accepted);
        }
    }

    void malformed_rows_are_told_apart() {
        const std::string hash = "$MianO4A6gr9+4xFdOkHjq1lbrAzy21igfLTPza8SOVQ=";
        const std::vector<std::string> fields = {"",
                                                 "1000",
                                                 "1000$seasalt",
                                                 "1000$seasalt$",
                                                 "1000$" + hash,
                                                 "$seasalt" + hash,
                                                 "0$seasalt" + hash,
                                                 "-1$seasalt" + hash,
                                                 "+1000$seasalt" + hash,
                                                 "01000$seasalt" + hash,
                                                 " 1000$seasalt" + hash,
                                                 "1e3$seasalt" + hash,
                                                 "1000$seasalt" + hash + "=",
                                                 "1000$sea$salt" + hash};
        for (const std::string& row : fields) {
            CPPUNIT_ASSERT_MESSAGE(row,
                                   check("s3cret-é", "pbkdf2_sha256$" + row) == PasswordCheck::malformed);
        }
    }

    void more_iterations_than_the_bound_are_refused_at_once() {
        for (const char* iterations : {"10000001", "2147483647", "2147483648", "99999999999999999999"}) {
            const std::string row = std::string("pbkdf2_sha256$") + iterations +
                                    "$seasalt$MianO4A6gr9+4xFdOkHjq1lbrAzy21igfLTPza8SOVQ=";
            CPPUNIT_ASSERT_MESSAGE(row, check("x", row) == PasswordCheck::malformed);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PasswordTest);

}  // namespace
